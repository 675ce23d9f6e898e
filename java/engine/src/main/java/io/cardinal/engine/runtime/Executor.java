// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.runtime;

import io.cardinal.engine.graph.Shape;
import io.cardinal.engine.kernels.WorkerMemory;
import io.cardinal.engine.kernels.WorkerMemory.BoundKernel;
import io.cardinal.engine.plan.ExecutionPlan;
import io.cardinal.engine.plan.PlanStep;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A plan bound to one worker's memory. Running it allocates nothing. */
final class Executor {
  private final SharedPlan shared;
  private final WorkerMemory memory;

  /** The runs of each step. */
  private final BoundKernel[][] steps;

  private final int stepsImageByImage;
  private final int imageFloats;
  private final long inputOffset;
  private final Output logits;
  private final Output features;

  /**
   * Where an answer stands.
   *
   * @param steps how many steps it takes
   * @param offset where it is then, in bytes
   * @param floats how many floats it has
   */
  private record Output(int steps, long offset, int floats) {}

  Executor(SharedPlan shared, WorkerMemory memory) {
    this.shared = shared;
    this.memory = memory;
    ExecutionPlan plan = shared.plan();
    this.imageFloats = Math.toIntExact(plan.input().elements());
    this.inputOffset = plan.inputOffset();
    PlanStep last = plan.steps().get(plan.steps().size() - 1);
    Shape pooled = last.inputs().get(0);
    this.logits =
        new Output(
            plan.steps().size(), plan.outputOffset(), Math.toIntExact(plan.output().elements()));
    this.features =
        new Output(
            plan.steps().size() - 1,
            last.inputOffsets().get(0),
            Math.toIntExact(pooled.elements()));
    this.stepsImageByImage = plan.stepsImageByImage();
    this.steps = new BoundKernel[plan.steps().size()][];
    for (int i = 0; i < steps.length; i++) {
      PlanStep step = plan.steps().get(i);
      steps[i] = new BoundKernel[step.runs()];
      for (int run = 0; run < step.runs(); run++) {
        long[] inputs = new long[step.inputOffsets().size()];
        for (int k = 0; k < inputs.length; k++) {
          inputs[k] = step.inputOffsets().get(k) + run * step.inputStrides().get(k);
        }
        long output = step.outputOffset() + run * step.outputStride();
        steps[i][run] = memory.bind(shared.kernels().get(i), inputs, output);
      }
    }
  }

  ExecutionPlan plan() {
    return shared.plan();
  }

  /**
   * Runs the network; the caller has checked that all arrays are long enough.
   *
   * @param first number of the first image among those of the call
   */
  void run(float[] images, int first, Answers answers) {
    int count = shared.plan().input().batch();
    int pixels = imageFloats / count;
    memory.write(inputOffset, images, first * pixels, imageFloats);
    int needed = answers.logits == null ? features.steps : logits.steps;
    for (int n = 0; n < count && stepsImageByImage > 0; n++) {
      for (int i = 0; i < stepsImageByImage; i++) {
        steps[i][n].run();
      }
    }
    for (int i = stepsImageByImage; i < needed; i++) {
      steps[i][0].run();
    }
    read(features, answers.features, first, count);
    read(logits, answers.logits, first, count);
    for (int n = first; n < first + count; n++) {
      if (!areFinite(images, n * pixels, pixels)) {
        voidAnswer(answers.features, n, features.floats / count);
        voidAnswer(answers.logits, n, logits.floats / count);
      }
    }
  }

  /** The last step leaves its input, the features, as they are. */
  private void read(Output output, float @Nullable [] answers, int first, int count) {
    if (answers != null) {
      memory.read(output.offset, answers, first * (output.floats / count), output.floats);
    }
  }

  /**
   * Gives an image that is not finite NaN for an answer: on the way, a fused ReLU turns NaN into
   * zero, and the rest of the network would make a confident class of that.
   */
  private static void voidAnswer(float @Nullable [] answers, int image, int length) {
    if (answers != null) {
      Arrays.fill(answers, image * length, (image + 1) * length, Float.NaN);
    }
  }

  private static boolean areFinite(float[] values, int first, int count) {
    for (int i = first; i < first + count; i++) {
      if (!(Math.abs(values[i]) <= Float.MAX_VALUE)) {
        return false;
      }
    }
    return true;
  }

  /** The median time of each step in nanoseconds over some runs on these images. */
  List<Long> profile(float[] images, int repetitions) {
    long[][] times = new long[steps.length][repetitions];
    for (int r = 0; r < repetitions; r++) {
      memory.write(inputOffset, images, 0, imageFloats);
      for (int i = 0; i < steps.length; i++) {
        long start = System.nanoTime();
        for (BoundKernel each : steps[i]) {
          each.run();
        }
        times[i][r] = System.nanoTime() - start;
      }
    }
    return Arrays.stream(times)
        .map(
            each -> {
              Arrays.sort(each);
              return each[each.length / 2];
            })
        .toList();
  }

  void release() {
    shared.release();
  }
}
