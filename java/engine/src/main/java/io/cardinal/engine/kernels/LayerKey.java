// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.kernels;

import io.cardinal.engine.graph.Node;
import io.cardinal.engine.graph.Op;
import io.cardinal.engine.graph.Shape;
import java.util.List;
import java.util.Optional;

/**
 * A layer as a row of a {@link KernelTable} describes it.
 *
 * @param kind {@code convolution}, {@code linear}, {@code max_pool} or {@code average_pool}
 * @param kernel its size; 1 for a layer without
 * @param stride its stride; 1 for a layer without
 * @param channelsPerGroup inputs that an output depends on, at each place of the kernel
 * @param hasResidual whether it adds a residual
 * @param inputs channels of the input
 * @param outputs channels of the output
 * @param height rows of the input
 * @param width columns of the input
 * @param batch images
 */
public record LayerKey(
    String kind,
    int kernel,
    int stride,
    int channelsPerGroup,
    boolean hasResidual,
    int inputs,
    int outputs,
    int height,
    int width,
    int batch) {
  private static final String CONVOLUTION = "convolution";

  static final List<String> COLUMNS =
      List.of(
          "layer",
          "kernel",
          "stride",
          "channels_per_group",
          "residual",
          "inputs",
          "outputs",
          "height",
          "width",
          "batch");

  /**
   * The layers of a node, of which a sum of two convolutions has two; none for an op that only
   * stands in a graph before it is compiled.
   *
   * @param inputs shapes of the node's inputs
   * @param output shape of its value
   */
  public static List<LayerKey> of(Node node, List<Shape> inputs, Shape output) {
    if (node.op() instanceof Op.PointwiseSum sum) {
      Shape second = inputs.get(1);
      return List.of(
          of(CONVOLUTION, 1, 1, inputs.get(0).channels(), true, inputs.get(0), output),
          of(CONVOLUTION, 1, sum.secondStride(), second.channels(), false, second, output));
    }
    return single(node, inputs.get(0), output).stream().toList();
  }

  private static Optional<LayerKey> single(Node node, Shape input, Shape output) {
    Op op = node.op();
    if (op instanceof Op.Convolution c) {
      int perGroup = input.channels() / c.groups();
      return Optional.of(
          of(CONVOLUTION, c.kernel(), c.stride(), perGroup, c.hasResidual(), input, output));
    } else if (op instanceof Op.MaxPool p) {
      return Optional.of(of("max_pool", p.kernel(), p.stride(), 1, false, input, output));
    } else if (op instanceof Op.GlobalAveragePool) {
      return Optional.of(of("average_pool", 1, 1, 1, false, input, output));
    } else if (op instanceof Op.Linear) {
      return Optional.of(of("linear", 1, 1, input.channels(), false, input, output));
    }
    return Optional.empty();
  }

  private static LayerKey of(
      String kind,
      int kernel,
      int stride,
      int channelsPerGroup,
      boolean hasResidual,
      Shape input,
      Shape output) {
    return new LayerKey(
        kind,
        kernel,
        stride,
        channelsPerGroup,
        hasResidual,
        input.channels(),
        output.channels(),
        input.height(),
        input.width(),
        input.batch());
  }

  /** Reads the first fields of a row. */
  static LayerKey parse(String[] fields) {
    int[] numbers = new int[COLUMNS.size()];
    for (int i = 1; i < numbers.length; i++) {
      numbers[i] = Integer.parseInt(fields[i]);
    }
    return new LayerKey(
        fields[0],
        numbers[1],
        numbers[2],
        numbers[3],
        numbers[4] == 1,
        numbers[5],
        numbers[6],
        numbers[7],
        numbers[8],
        numbers[9]);
  }

  /** As the fields of a row. */
  public String toRow() {
    return String.join(
        ",",
        kind,
        Integer.toString(kernel),
        Integer.toString(stride),
        Integer.toString(channelsPerGroup),
        hasResidual ? "1" : "0",
        Integer.toString(inputs),
        Integer.toString(outputs),
        Integer.toString(height),
        Integer.toString(width),
        Integer.toString(batch));
  }

  /** Whether the same loops run both, with other bounds. */
  boolean isOfKind(LayerKey other) {
    return kind.equals(other.kind) && kernel == other.kernel && stride == other.stride;
  }

  /** How unlike two layers of a kind are: channels a group first, which decide the kernel. */
  double distance(LayerKey other) {
    return 100 * ratio(channelsPerGroup, other.channelsPerGroup)
        + 10 * ratio(height * (long) width, other.height * (long) other.width)
        + ratio(inputs, other.inputs)
        + ratio(outputs, other.outputs)
        + ratio(batch, other.batch)
        + (hasResidual == other.hasResidual ? 0 : 1);
  }

  /** Multiply-adds of a convolution or a dense layer, values that a pooling reads. */
  public long work() {
    long places = (long) batch * height * width / ((long) stride * stride);
    return kind.endsWith("pool")
        ? (long) batch * height * width * inputs
        : Math.max(1, places) * outputs * channelsPerGroup * kernel * kernel;
  }

  private static double ratio(long one, long other) {
    return Math.abs(Math.log((double) one / other));
  }
}
