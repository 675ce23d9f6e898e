// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.runtime;

import io.cardinal.engine.kernels.WorkerMemory;
import io.cardinal.engine.kernels.WorkerMemory.BoundKernel;
import io.cardinal.engine.plan.ExecutionPlan;
import io.cardinal.engine.plan.PlanStep;
import java.util.Arrays;
import java.util.List;

/** A plan bound to one worker's memory. Running it allocates nothing. */
final class Executor {
  private final SharedPlan shared;
  private final WorkerMemory memory;
  private final BoundKernel[] steps;
  private final int imageFloats;
  private final int logitFloats;
  private final long inputOffset;
  private final long outputOffset;

  Executor(SharedPlan shared, WorkerMemory memory) {
    this.shared = shared;
    this.memory = memory;
    ExecutionPlan plan = shared.plan();
    this.imageFloats = Math.toIntExact(plan.input().elements());
    this.logitFloats = Math.toIntExact(plan.output().elements());
    this.inputOffset = plan.inputOffset();
    this.outputOffset = plan.outputOffset();
    this.steps = new BoundKernel[plan.steps().size()];
    for (int i = 0; i < steps.length; i++) {
      PlanStep step = plan.steps().get(i);
      long[] inputs = step.inputOffsets().stream().mapToLong(Long::longValue).toArray();
      steps[i] = memory.bind(shared.kernels().get(i), inputs, step.outputOffset());
    }
  }

  ExecutionPlan plan() {
    return shared.plan();
  }

  /** Runs the network; the caller has checked that both ranges lie inside their arrays. */
  void run(float[] images, int firstImage, float[] logits, int firstLogit) {
    memory.write(inputOffset, images, firstImage, imageFloats);
    for (BoundKernel step : steps) {
      step.run();
    }
    memory.read(outputOffset, logits, firstLogit, logitFloats);
  }

  /** The median time of each step in nanoseconds over some runs on these images. */
  List<Long> profile(float[] images, int repetitions) {
    long[][] times = new long[steps.length][repetitions];
    for (int r = 0; r < repetitions; r++) {
      memory.write(inputOffset, images, 0, imageFloats);
      for (int i = 0; i < steps.length; i++) {
        long start = System.nanoTime();
        steps[i].run();
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
