// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.plan;

import io.cardinal.engine.graph.Node;
import io.cardinal.engine.graph.Op;
import io.cardinal.engine.graph.Shape;
import java.util.List;

/**
 * One step of a plan.
 *
 * @param node what is computed
 * @param inputs shapes of the inputs of one run
 * @param output shape of the output of one run
 * @param runs how often it runs: once for each image of the batch, or once for all
 * @param provider which provider's kernel runs
 * @param implementation the kernel, as its library names it
 * @param inputOffsets where the inputs of the first run stand in the arena, in bytes
 * @param inputStrides bytes from the inputs of one run to those of the next
 * @param outputOffset where the output of the first run goes
 * @param outputStride bytes from the output of one run to that of the next
 * @param multiplyAdds multiply-adds of all runs, padding included
 * @param activationBytes bytes of activations read and written by all runs
 * @param weightBytes bytes of packed weights that a run reads
 */
public record PlanStep(
    Node node,
    List<Shape> inputs,
    Shape output,
    int runs,
    String provider,
    String implementation,
    List<Long> inputOffsets,
    List<Long> inputStrides,
    long outputOffset,
    long outputStride,
    long multiplyAdds,
    long activationBytes,
    long weightBytes) {
  /**
   * Copies the lists.
   *
   * @param node what is computed
   * @param inputs shapes of the inputs of one run
   * @param output shape of the output of one run
   * @param runs how often it runs: once for each image of the batch, or once for all
   * @param provider which provider's kernel runs
   * @param implementation the kernel, as its library names it
   * @param inputOffsets where the inputs of the first run stand in the arena, in bytes
   * @param inputStrides bytes from the inputs of one run to those of the next
   * @param outputOffset where the output of the first run goes
   * @param outputStride bytes from the output of one run to that of the next
   * @param multiplyAdds multiply-adds of all runs, padding included
   * @param activationBytes bytes of activations read and written by all runs
   * @param weightBytes bytes of packed weights that a run reads
   */
  public PlanStep {
    inputs = List.copyOf(inputs);
    inputOffsets = List.copyOf(inputOffsets);
    inputStrides = List.copyOf(inputStrides);
  }

  /**
   * {@return the multiply-adds that the kernel does, or fewer: those of a convolution without the
   * rows of its kernel that lie outside the image, which every provider skips, and without the
   * columns, where a provider skips those too}
   */
  public long computedMultiplyAdds() {
    if (!(node.op() instanceof Op.Convolution c)) {
      return multiplyAdds;
    }
    Shape input = inputs.get(0);
    long places = (long) output.height() * c.kernel() * output.width() * c.kernel();
    long columns =
        provider.equals("cardinal")
            ? (long) output.width() * c.kernel() // it multiplies them by zero
            : inside(c, output.width(), input.width());
    return multiplyAdds / places * inside(c, output.height(), input.height()) * columns;
  }

  /** How often a row (or column) of the kernel lies inside the image, over all of the output's. */
  private static long inside(Op.Convolution c, int outputSize, int inputSize) {
    long inside = 0;
    for (int y = 0; y < outputSize; y++) {
      for (int k = 0; k < c.kernel(); k++) {
        int row = y * c.stride() + k - c.padding();
        inside += row >= 0 && row < inputSize ? 1 : 0;
      }
    }
    return inside;
  }
}
