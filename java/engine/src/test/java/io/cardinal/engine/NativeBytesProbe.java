// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine;

import io.cardinal.engine.plan.ExecutionPlan;
import io.cardinal.engine.platform.NativeMemory;

/**
 * A child JVM's main: opens a network and runs it, and prints in bytes what the model says that it
 * takes, what its plan stated, by how much the process grew, and by how much at most.
 */
final class NativeBytesProbe {
  private NativeBytesProbe() {}

  /** Arguments: kernels, network. */
  public static void main(String[] arguments) throws InterruptedException {
    EngineOptions options = EngineOptions.defaults().withKernels(arguments[0]).withWorkers(1);
    use(Networks.named(arguments[1]), options); // what is loaded and compiled once
    settle();
    long before = ProcessMemory.anonymous();
    long resident = ProcessMemory.resident();
    ProcessMemory.forgetPeak();
    long open;
    long peak;
    try (Model model = Model.open(Networks.named(arguments[1]), options)) {
      run(model);
      ExecutionPlan plan = model.plan(1);
      System.out.println(model.nativeBytes());
      System.out.println(plan.weightBytes() + plan.arenaBytes() + plan.scratchpadBytes());
      open = ProcessMemory.anonymous();
      peak = ProcessMemory.peak();
    }
    settle();
    // A compiler of the JVM that had no core to go on may have given memory back since.
    long without = Math.min(before, ProcessMemory.anonymous());
    System.out.println(open - without);
    System.out.println(peak - resident);
  }

  /** Waits until the JVM has compiled what it is going to, which takes memory for a while. */
  private static void settle() throws InterruptedException {
    long before = 0;
    for (int calm = 0, looks = 0; calm < 5 && looks < 200; looks++) {
      NativeMemory.trim();
      long now = ProcessMemory.anonymous();
      calm = now == before ? calm + 1 : 0;
      before = now;
      Thread.sleep(50);
    }
  }

  private static void use(ModelDefinition network, EngineOptions options) {
    try (Model model = Model.open(network, options)) {
      run(model);
    }
  }

  private static void run(Model model) {
    int size = model.model().preprocessing().height();
    model.infer(Networks.images(1, size, size, 1), 1, size, size);
  }
}
