// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine;

/**
 * A child JVM's main: opens a network on an interrupted thread, which is the first to load the
 * native libraries, and once more on one that is not. Prints how each went.
 */
final class InterruptProbe {
  private InterruptProbe() {}

  /** Argument: the kernels. */
  public static void main(String[] arguments) {
    EngineOptions options = EngineOptions.defaults().withKernels(arguments[0]).withWorkers(1);
    Thread.currentThread().interrupt();
    open(options);
    System.out.println("interrupted " + Thread.interrupted());
    open(options);
  }

  private static void open(EngineOptions options) {
    try (Model model = Model.open(Networks.formula(Networks.SMALL, 32, 3), options)) {
      System.out.println("logits " + model.infer(new float[3072], 1, 32, 32).length);
    }
  }
}
