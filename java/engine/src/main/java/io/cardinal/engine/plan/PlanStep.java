// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.plan;

import io.cardinal.engine.graph.Graph;
import io.cardinal.engine.graph.Node;
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
   * {@return the multiply-adds that the kernel does, or a few less: those of a convolution without
   * the rows of its kernel that lie outside the image, which kernels skip (libcardinal's of the
   * first layer multiplies them by zero), and without the columns, where the provider skips those
   * too}
   */
  public long computedMultiplyAdds() {
    boolean skipsColumns = !provider.equals("cardinal"); // which multiplies them by zero
    return Graph.withoutPadding(multiplyAdds, node.op(), inputs.get(0), output, skipsColumns);
  }
}
