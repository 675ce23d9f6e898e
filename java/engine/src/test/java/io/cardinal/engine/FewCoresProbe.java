// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine;

import io.cardinal.engine.platform.Cores;
import io.cardinal.testing.LiveThreads;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * A child JVM's main: prints the cores given, the workers by default, the threads of a model that
 * works, and by how many threads the process grew while it worked.
 */
final class FewCoresProbe {
  private FewCoresProbe() {}

  /** Argument: the kernels. */
  public static void main(String[] arguments) throws Exception {
    EngineOptions options = EngineOptions.defaults().withKernels(arguments[0]);
    System.out.println(Cores.given().physical());
    System.out.println(options.workers());
    try (Model model = Model.open(Networks.formula(Networks.SMALL, 32, 3), options)) {
      model.infer(Networks.images(8, 32, 32, 1), 8, 32, 32);
      long before = threads();
      for (int i = 0; i < 50; i++) {
        model.infer(Networks.images(8, 32, 32, i), 8, 32, 32);
      }
      System.out.println(LiveThreads.named("cardinal-.*").size());
      System.out.println(Math.max(0, threads() - before));
    }
  }

  /** As the system counts them: an OpenMP team would show. */
  private static long threads() throws java.io.IOException {
    try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
      return tasks.count();
    }
  }
}
