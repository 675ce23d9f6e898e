// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine;

import java.util.Arrays;

/**
 * A child JVM's main: runs batches of one to four small images without end, compares each answer
 * with the first one for the same images, and prints by how much the process grew.
 */
final class EndlessProbe {
  private static final int SIZE = 32;
  private static final int INPUTS = 16;

  private EndlessProbe() {}

  /** Arguments: kernels, images before the first measurement, and after it. */
  public static void main(String[] arguments) {
    EngineOptions options = EngineOptions.defaults().withKernels(arguments[0]).withWorkers(2);
    float[][] inputs = new float[INPUTS][];
    float[][] expected = new float[INPUTS][];
    try (Model model = Model.open(Networks.formula(Networks.SMALL, SIZE, 3), options)) {
      for (int i = 0; i < INPUTS; i++) {
        inputs[i] = Networks.images(batch(i), SIZE, SIZE, i);
        expected[i] = model.infer(inputs[i], batch(i), SIZE, SIZE);
      }
      run(model, inputs, expected, Integer.parseInt(arguments[1]));
      long before = ProcessMemory.resident();
      run(model, inputs, expected, Integer.parseInt(arguments[2]));
      System.out.println(ProcessMemory.resident() - before);
    }
  }

  private static int batch(int input) {
    return 1 + input % 4;
  }

  private static void run(Model model, float[][] inputs, float[][] expected, int images) {
    int done = 0;
    for (int i = 0; done < images; i = (i + 1) % INPUTS) {
      float[] found = model.infer(inputs[i], batch(i), SIZE, SIZE);
      if (!Arrays.equals(found, expected[i])) {
        throw new IllegalStateException("other bits after " + done + " images");
      }
      done += batch(i);
    }
  }
}
