// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.plan;

import io.cardinal.engine.graph.Node;
import io.cardinal.engine.graph.Shape;
import java.util.List;

/**
 * One step of a plan.
 *
 * @param node what is computed
 * @param inputs shapes of the inputs
 * @param output shape of the output
 * @param provider which provider's kernel runs
 * @param implementation the kernel, as its library names it
 * @param inputOffsets where the inputs stand in the arena, in bytes
 * @param outputOffset where the output goes
 * @param multiplyAdds multiply-adds, padding included
 * @param activationBytes bytes of activations read and written
 * @param weightBytes bytes of packed weights read
 */
public record PlanStep(
    Node node,
    List<Shape> inputs,
    Shape output,
    String provider,
    String implementation,
    List<Long> inputOffsets,
    long outputOffset,
    long multiplyAdds,
    long activationBytes,
    long weightBytes) {
  /**
   * Copies the lists.
   *
   * @param node what is computed
   * @param inputs shapes of the inputs
   * @param output shape of the output
   * @param provider which provider's kernel runs
   * @param implementation the kernel, as its library names it
   * @param inputOffsets where the inputs stand in the arena, in bytes
   * @param outputOffset where the output goes
   * @param multiplyAdds multiply-adds, padding included
   * @param activationBytes bytes of activations read and written
   * @param weightBytes bytes of packed weights read
   */
  public PlanStep {
    inputs = List.copyOf(inputs);
    inputOffsets = List.copyOf(inputOffsets);
  }
}
