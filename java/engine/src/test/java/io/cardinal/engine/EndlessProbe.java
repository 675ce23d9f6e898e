// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine;

import java.util.Arrays;

/**
 * A child JVM's main: runs batches of one to four images without end, compares each answer with the
 * first one for the same images, and prints how large the process was before and after.
 */
final class EndlessProbe {
  private EndlessProbe() {}

  /** Arguments: kernels, network, images before the first measurement, and after it. */
  public static void main(String[] arguments) {
    EngineOptions options = EngineOptions.defaults().withKernels(arguments[0]).withWorkers(2);
    boolean isSmall = arguments[1].equals("small");
    int size = isSmall ? 32 : 224;
    float[][] inputs = new float[isSmall ? 16 : 4][];
    float[][] expected = new float[inputs.length][];
    ModelDefinition network =
        isSmall ? Networks.formula(Networks.SMALL, size, 3) : Networks.named("resnext50_32x4d");
    try (Model model = Model.open(network, options)) {
      for (int i = 0; i < inputs.length; i++) {
        inputs[i] = Networks.images(batch(i), size, size, i);
        expected[i] = model.infer(inputs[i], batch(i), size, size);
      }
      run(model, size, inputs, expected, Integer.parseInt(arguments[2]));
      System.out.println(ProcessMemory.resident());
      run(model, size, inputs, expected, Integer.parseInt(arguments[3]));
      System.out.println(ProcessMemory.resident());
    }
  }

  private static int batch(int input) {
    return 1 + input % 4;
  }

  private static void run(Model model, int size, float[][] inputs, float[][] expected, int images) {
    int done = 0;
    for (int i = 0; done < images; i = (i + 1) % inputs.length) {
      float[] found = model.infer(inputs[i], batch(i), size, size);
      if (!Arrays.equals(found, expected[i])) {
        throw new IllegalStateException("other bits after " + done + " images");
      }
      done += batch(i);
    }
  }
}
