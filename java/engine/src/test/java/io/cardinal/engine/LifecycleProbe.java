// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A child JVM's main: opens, runs and closes models, and prints by how much the process grew. */
final class LifecycleProbe {
  private LifecycleProbe() {}

  /** Arguments: cycles before the first measurement, and after it. */
  public static void main(String[] arguments) throws IOException {
    cycles(Integer.parseInt(arguments[0]));
    long before = residentBytes();
    cycles(Integer.parseInt(arguments[1]));
    System.out.println(residentBytes() - before);
  }

  private static void cycles(int count) {
    EngineOptions options = EngineOptions.defaults().withKernels("onednn").withWorkers(1);
    for (int i = 0; i < count; i++) {
      try (Model model = Model.open(Networks.formula(Networks.SMALL, 32, 3), options)) {
        model.infer(Networks.images(1, 32, 32, i), 1, 32, 32);
      }
    }
  }

  private static long residentBytes() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmRSS:")) {
        return 1024 * Long.parseLong(line.replaceAll("[^0-9]", ""));
      }
    }
    throw new IOException("no VmRSS");
  }
}
