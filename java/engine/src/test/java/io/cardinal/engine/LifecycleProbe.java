// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine;

import io.cardinal.engine.platform.NativeMemory;

/**
 * A child JVM's main: opens, runs and closes models, and prints how large the process was before
 * and after.
 */
final class LifecycleProbe {
  private LifecycleProbe() {}

  /** Arguments: kernels, cycles before the first measurement, and after it. */
  public static void main(String[] arguments) {
    cycles(arguments[0], Integer.parseInt(arguments[1]));
    System.out.println(ProcessMemory.resident());
    cycles(arguments[0], Integer.parseInt(arguments[2]));
    System.out.println(ProcessMemory.resident());
  }

  private static void cycles(String kernels, int count) {
    EngineOptions options = EngineOptions.defaults().withKernels(kernels).withWorkers(1);
    for (int i = 0; i < count; i++) {
      try (Model model = Model.open(Networks.formula(Networks.SMALL, 32, 3), options)) {
        model.infer(Networks.images(1, 32, 32, i), 1, 32, 32);
      }
      if (NativeMemory.liveBlocks() != 0) {
        throw new IllegalStateException("cycle " + i + " leaves " + NativeMemory.live());
      }
    }
  }
}
