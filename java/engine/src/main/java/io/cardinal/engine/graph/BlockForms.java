// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.graph;

import io.cardinal.engine.graph.GraphBuilder.ParameterSource;
import io.cardinal.engine.graph.GraphBuilder.Value;
import java.util.ArrayList;
import java.util.List;

/**
 * The three equivalent forms of a ResNeXt block (Figure 3 of arXiv 1611.05431), built from the same
 * parameters: those of the grouped form, of which each path takes its share. Path i has the i-th d
 * outputs of the first layers and the i-th d inputs of the last one.
 *
 * <p>Also the block of two layers (Figure 4), for which paths are no more than a wide dense block.
 */
public final class BlockForms {
  private static final double EPSILON = 1e-5;

  private BlockForms() {}

  /** Which drawing of Figure 3. */
  public enum Form {
    /** (a): C paths of three layers each, summed. */
    SPLIT_TRANSFORM_MERGE,
    /** (b): C paths of two layers, concatenated before one last layer, as in Inception-ResNet. */
    EARLY_CONCATENATION,
    /** (c): three layers, the middle one in C groups. */
    GROUPED_CONVOLUTION
  }

  /**
   * A block with an identity shortcut, on a map of any size.
   *
   * @param form which form
   * @param channels channels of its input and output
   * @param cardinality C, the number of paths
   * @param width d, channels of each path
   * @param source parameters of the grouped form: {@code conv1}, {@code bn1}, {@code conv2}, {@code
   *     bn2}, {@code conv3}, {@code bn3}
   * @return the block's graph
   */
  public static Graph threeLayers(
      Form form, int channels, int cardinality, int width, ParameterSource source) {
    Paths paths = new Paths("conv3", cardinality, width, source);
    GraphBuilder graph = new GraphBuilder(paths);
    Value x = graph.input("image", channels);
    Value y =
        switch (form) {
          case SPLIT_TRANSFORM_MERGE -> {
            List<Value> ends = new ArrayList<>();
            for (int i = 0; i < cardinality; i++) {
              String path = "/" + i;
              ends.add(transform(x, path, width, 1).convolution("conv3" + path, channels, 1, 1, 1));
            }
            yield sum(ends);
          }
          case EARLY_CONCATENATION -> {
            List<Value> ends = new ArrayList<>();
            for (int i = 0; i < cardinality; i++) {
              ends.add(transform(x, "/" + i, width, 1));
            }
            yield ends.get(0)
                .concatenate("concatenation", ends.subList(1, cardinality))
                .convolution("conv3", channels, 1, 1, 1);
          }
          case GROUPED_CONVOLUTION ->
              transform(x, "", cardinality * width, cardinality)
                  .convolution("conv3", channels, 1, 1, 1);
        };
    return graph.output(y.batchNorm("bn3", EPSILON).add("block", x).relu());
  }

  /**
   * A block of two 3x3 layers with an identity shortcut: as C paths, summed, or as the dense block
   * of width C times d that they amount to.
   *
   * @param isSplit whether it is built as paths
   * @param channels channels of its input and output
   * @param cardinality C, the number of paths
   * @param width d, channels of each path
   * @param source parameters of the dense form: {@code conv1}, {@code bn1}, {@code conv2}, {@code
   *     bn2}
   * @return the block's graph
   */
  public static Graph twoLayers(
      boolean isSplit, int channels, int cardinality, int width, ParameterSource source) {
    Paths paths = new Paths("conv2", cardinality, width, source);
    GraphBuilder graph = new GraphBuilder(paths);
    Value x = graph.input("image", channels);
    List<Value> ends = new ArrayList<>();
    for (int i = 0; i < (isSplit ? cardinality : 1); i++) {
      String path = isSplit ? "/" + i : "";
      ends.add(
          x.convolution("conv1" + path, isSplit ? width : cardinality * width, 3, 1, 1)
              .batchNorm("bn1" + path, EPSILON)
              .relu()
              .convolution("conv2" + path, channels, 3, 1, 1));
    }
    return graph.output(sum(ends).batchNorm("bn2", EPSILON).add("block", x).relu());
  }

  /** The first two layers: 1x1 reduce, 3x3. */
  private static Value transform(Value x, String path, int width, int groups) {
    return x.convolution("conv1" + path, width, 1, 1, 1)
        .batchNorm("bn1" + path, EPSILON)
        .relu()
        .convolution("conv2" + path, width, 3, 1, groups)
        .batchNorm("bn2" + path, EPSILON)
        .relu();
  }

  private static Value sum(List<Value> values) {
    Value sum = values.get(0);
    for (int i = 1; i < values.size(); i++) {
      sum = values.get(i).add("sum/" + i, sum);
    }
    return sum;
  }

  /**
   * Gives each path its share: {@code conv1/3.weight} is cut from {@code conv1.weight}, by inputs
   * in the last layer, by outputs in the others.
   */
  private record Paths(String lastLayer, int cardinality, int width, ParameterSource whole)
      implements ParameterSource {
    @Override
    public Parameter get(String key, List<Integer> shape) {
      int slash = key.indexOf('/');
      if (slash < 0) {
        return whole.get(key, shape);
      }
      int dot = key.indexOf('.');
      int path = Integer.parseInt(key.substring(slash + 1, dot));
      String layer = key.substring(0, slash);
      boolean isLast = layer.equals(lastLayer); // all outputs, d of the inputs
      List<Integer> all = new ArrayList<>(shape);
      all.set(isLast ? 1 : 0, cardinality * width);
      Parameter parameter = whole.get(layer + key.substring(dot), all);
      return new SlicedParameter(
          key,
          parameter,
          isLast ? 0 : path * width,
          shape.get(0),
          isLast ? path * width : 0,
          shape.size() > 1 ? shape.get(1) : 1);
    }
  }
}
