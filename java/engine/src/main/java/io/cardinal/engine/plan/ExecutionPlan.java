// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.plan;

import io.cardinal.engine.graph.Shape;
import java.util.List;

/**
 * How a network runs on one shape of input: plain data, to print and compare. {@link #toString} is
 * a table.
 *
 * @param input shape of the image batch
 * @param output shape of the answer
 * @param steps in order
 * @param inputOffset where the first image goes in the arena, in bytes
 * @param inputStride bytes from one image to the next
 * @param outputOffset where the answer stands in the arena, in bytes
 * @param arenaBytes bytes of activations that each worker needs
 * @param scratchpadBytes bytes of scratchpad that each worker needs
 * @param weightBytes bytes of packed weights, shared by all workers and plans
 * @param notes how a batch is run, and why a better provider was refused; may be empty
 */
public record ExecutionPlan(
    Shape input,
    Shape output,
    List<PlanStep> steps,
    long inputOffset,
    long inputStride,
    long outputOffset,
    long arenaBytes,
    long scratchpadBytes,
    long weightBytes,
    List<String> notes) {
  /**
   * Copies the lists.
   *
   * @param input shape of the image batch
   * @param output shape of the answer
   * @param steps in order
   * @param inputOffset where the first image goes in the arena, in bytes
   * @param inputStride bytes from one image to the next
   * @param outputOffset where the answer stands in the arena, in bytes
   * @param arenaBytes bytes of activations that each worker needs
   * @param scratchpadBytes bytes of scratchpad that each worker needs
   * @param weightBytes bytes of packed weights, shared by all workers and plans
   * @param notes how a batch is run, and why a better provider was refused; may be empty
   */
  public ExecutionPlan {
    steps = List.copyOf(steps);
    notes = List.copyOf(notes);
  }

  /** {@return how many of the first steps run image by image; the others take all at once} */
  public int stepsImageByImage() {
    return (int) steps.stream().filter(step -> step.runs() > 1).count();
  }

  /** {@return multiply-adds of all steps} */
  public long multiplyAdds() {
    return steps.stream().mapToLong(PlanStep::multiplyAdds).sum();
  }

  @Override
  public String toString() {
    return PlanTable.print(this);
  }
}
