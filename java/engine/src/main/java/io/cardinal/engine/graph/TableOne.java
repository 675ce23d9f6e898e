// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.graph;

import io.cardinal.engine.spec.ResNeXtSpec;
import io.cardinal.engine.spec.Stage;
import io.cardinal.engine.spec.Stem;
import java.util.Locale;
import java.util.Map;

/**
 * Prints a network as Table 1 of the ResNeXt paper does (arXiv 1611.05431): one row for each stage
 * with the size of its map and the layers of its block, sums below. The paper's stage conv2 is the
 * checkpoint's layer1.
 */
public final class TableOne {
  private TableOne() {}

  /**
   * The table.
   *
   * @param spec the network
   * @param input side of its input in pixels
   * @return lines of text, each ended by a line feed
   */
  public static String print(ResNeXtSpec spec, int input) {
    Graph graph = ResNeXt.describe(spec);
    Shape image = new Shape(1, input, input, ResNeXtSpec.INPUT_CHANNELS);
    Map<String, Shape> shapes = graph.shapes(image);
    StringBuilder table = new StringBuilder();
    row(table, "stage", "output", "C=" + spec.cardinality() + ", d=" + spec.baseWidth());
    row(table, "conv1", map(shapes, "conv1"), stem(spec));
    for (Stage stage : spec.stages()) {
      String name = "conv" + (stage.number() + 1);
      String map = map(shapes, stage.key(0));
      if (stage.number() == 1 && spec.stem() == Stem.CONV7X7_POOL) {
        row(table, name, map, "3x3 max pool, stride 2");
        row(table, "", "", stage(stage));
      } else {
        row(table, name, map, stage(stage));
      }
    }
    String classifier = String.format(Locale.ROOT, "global average pool, %d-d fc", spec.classes());
    row(table, "", map(shapes, "fc"), classifier);
    row(table, "parameters", "", number(ResNeXt.parameterCount(spec)));
    row(table, "multiply-adds", "", number(graph.multiplyAdds(image)));
    return table.toString();
  }

  private static String stem(ResNeXtSpec spec) {
    String stride = spec.stem() == Stem.CONV7X7_POOL ? ", stride 2" : "";
    return spec.stem().kernelName() + ", " + spec.stemChannels() + stride;
  }

  private static String stage(Stage stage) {
    String groups = stage.cardinality() == 1 ? "" : ", C=" + stage.cardinality();
    return String.format(
        Locale.ROOT,
        "[1x1, %d / 3x3, %d%s / 1x1, %d] x %d",
        stage.width(),
        stage.width(),
        groups,
        stage.output(),
        stage.blocks());
  }

  private static String map(Map<String, Shape> shapes, String node) {
    Shape shape = Shape.of(shapes, node);
    return shape.height() + "x" + shape.width();
  }

  private static String number(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  private static void row(StringBuilder table, String stage, String output, String layers) {
    table.append(String.format(Locale.ROOT, "%-14s %-9s %s%n", stage, output, layers));
  }
}
