// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.plan;

import io.cardinal.engine.graph.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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
 * @param strips the steps that run an image in strips of rows, in order
 * @param notes how a batch and strips are run, and why a better provider was refused; may be empty
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
    List<Strips> strips,
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
   * @param strips the steps that run an image in strips of rows, in order
   * @param notes how a batch and strips are run, and why a better provider was refused; may be
   *     empty
   */
  public ExecutionPlan {
    steps = List.copyOf(steps);
    strips = List.copyOf(strips);
    notes = List.copyOf(notes);
  }

  /** {@return how many of the first steps run image by image; the others take all at once} */
  public int stepsImageByImage() {
    return (int) steps.stream().filter(step -> step.runs() > 1).count();
  }

  /**
   * {@return the order of execution: each step whole, or in portions among those of others; the
   * steps that run image by image go through theirs for each image}
   */
  public List<Portion> order() {
    List<Portion> order = new ArrayList<>();
    for (int i = 0; i < steps.size(); i++) {
      int step = i;
      Optional<Strips> section = strips.stream().filter(each -> each.contains(step)).findFirst();
      if (section.isEmpty()) {
        order.add(Portion.whole(step));
      } else if (section.get().first() == step) {
        order.addAll(section.get().portions(steps));
      }
    }
    return order;
  }

  /** {@return multiply-adds of all steps, padding included} */
  public long multiplyAdds() {
    return steps.stream().mapToLong(PlanStep::multiplyAdds).sum();
  }

  /** {@return those that the kernels do, as {@link PlanStep#computedMultiplyAdds} counts them} */
  public long computedMultiplyAdds() {
    return steps.stream().mapToLong(PlanStep::computedMultiplyAdds).sum();
  }

  @Override
  public String toString() {
    return PlanTable.print(this);
  }
}
