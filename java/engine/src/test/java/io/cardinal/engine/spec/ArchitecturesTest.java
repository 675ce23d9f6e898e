// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.spec;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.cardinal.engine.graph.Graph;
import io.cardinal.engine.graph.Op;
import io.cardinal.engine.graph.ResNeXt;
import io.cardinal.engine.graph.Shape;
import io.cardinal.testing.Golden;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The table of architectures against the paper's rows and PyTorch's counts. */
class ArchitecturesTest {
  private static final JsonNode PAPER = Golden.json("paper.json");

  static List<Architecture> all() {
    return Architectures.all();
  }

  @Test
  void shouldHoldTheRowsOfThePaperInItsOrder() {
    List<String> names = new ArrayList<>();
    PAPER.get("architectures").fieldNames().forEachRemaining(names::add);
    assertThat(names).hasSize(26);
    assertThat(Architectures.all()).extracting(Architecture::name).isEqualTo(names);
  }

  @ParameterizedTest
  @MethodSource("all")
  void shouldEqualThePaperFieldByField(Architecture found) {
    JsonNode row = PAPER.at("/architectures/" + found.name());
    ResNeXtSpec spec = found.spec();
    List<Integer> blocks = new ArrayList<>();
    row.get("blocks").forEach(count -> blocks.add(count.intValue()));
    assertThat(spec.blocks()).isEqualTo(blocks);
    assertThat(spec.cardinality()).isEqualTo(row.get("cardinality").intValue());
    assertThat(spec.baseWidth()).isEqualTo(row.get("base_width").intValue());
    assertThat(spec.stem().kernelName()).isEqualTo(row.get("stem").textValue());
    assertThat(spec.stemChannels()).isEqualTo(row.path("stem_channels").asInt(64));
    assertThat(spec.firstOutput()).isEqualTo(row.path("first_output").asInt(256));
    assertThat(spec.classes()).isEqualTo(row.get("classes").intValue());
    assertThat(spec.epsilon()).isEqualTo(1e-5);
    assertThat(found.input()).isEqualTo(row.get("input").intValue());
    assertThat(found.paperErrors()).isEqualTo(errors(row));
    assertThat(found.paperSource()).isEqualTo(row.path("paper_source").asText(""));
  }

  @ParameterizedTest
  @MethodSource("all")
  void shouldCountAsPyTorchDoes(Architecture found) {
    JsonNode row = PAPER.at("/architectures/" + found.name());
    ResNeXtSpec spec = found.spec();
    Shape image = new Shape(1, found.input(), found.input(), 3);
    Graph graph = ResNeXt.describe(spec);
    assertThat(ResNeXt.parameterCount(spec)).isEqualTo(row.get("parameters").longValue());
    assertThat(graph.multiplyAdds(image)).isEqualTo(row.get("multiply_adds").longValue());
    if (row.has("multiply_adds_3x3")) { // a CIFAR row has none
      assertThat(multiplyAdds3x3(graph, image)).isEqualTo(row.get("multiply_adds_3x3").longValue());
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void shouldBeFoundByNameAndByNetwork(Architecture each) {
    ResNeXtSpec spec = each.spec();
    ResNeXtSpec trained =
        new ResNeXtSpec(
            spec.blocks(),
            spec.cardinality(),
            spec.baseWidth(),
            spec.stem(),
            spec.stemChannels(),
            spec.firstOutput(),
            17,
            1e-3);
    assertThat(Architectures.named(each.name())).contains(each);
    assertThat(Architectures.matching(trained)).contains(each);
  }

  @Test
  void shouldKnowNoOtherNames() {
    assertThat(Architectures.named("resnext50")).isEmpty();
    assertThat(Architectures.named("RESNET50")).isEmpty();
  }

  /** Table 2: with C and d traded against each other, a block stays as large and as slow. */
  @Test
  void shouldGiveTheBlocksOfTable2() {
    JsonNode rows = PAPER.at("/block_of_table_2/rows");
    assertThat(rows).hasSize(5);
    for (JsonNode row : rows) {
      int c = row.get("cardinality").intValue();
      int d = row.get("base_width").intValue();
      ResNeXtSpec spec = new ResNeXtSpec(List.of(2), c, d, Stem.CONV7X7_POOL, 64, 256, 1000, 1e-5);
      Graph graph = ResNeXt.describe(spec);
      Map<String, Shape> shapes = graph.shapes(new Shape(1, 224, 224, 3));
      long parameters = 0;
      long multiplyAdds = 0;
      for (String convolution : List.of("conv1", "conv2", "conv3")) {
        String name = "layer1.1." + convolution; // 256 channels in and out
        var weight = graph.node(name).parameters().weight();
        parameters += (long) weight.rows() * weight.rowLength();
        multiplyAdds += Graph.multiplyAdds(graph.node(name), shapes.get(name));
      }
      assertThat(shapes.get("layer1.1")).isEqualTo(new Shape(1, 56, 56, 256));
      assertThat(parameters)
          .isEqualTo(row.get("parameters").longValue())
          .isEqualTo((long) c * (256 * d + 9 * d * d + 256 * d));
      assertThat(multiplyAdds)
          .isEqualTo(row.get("multiply_adds").longValue())
          .isEqualTo(parameters * 56 * 56);
    }
  }

  private static Map<String, Double> errors(JsonNode row) {
    Map<String, Double> errors = new HashMap<>();
    for (String kind : List.of("top1", "top5", "cifar10", "cifar100")) {
      JsonNode error = row.path("paper_" + kind + "_error");
      if (error.isNumber()) {
        errors.put(kind, error.doubleValue());
      }
    }
    return errors;
  }

  private static long multiplyAdds3x3(Graph graph, Shape image) {
    Map<String, Shape> shapes = graph.shapes(image);
    return graph.nodes().stream()
        .filter(node -> node.op() instanceof Op.Convolution c && c.kernel() == 3)
        .mapToLong(node -> Graph.multiplyAdds(node, shapes.get(node.name())))
        .sum();
  }
}
