// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.benchmarks.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.openjdk.jmh.runner.NoBenchmarksException;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * The short form of all benchmarks, for {@code benchmarks/run}. Without arguments it writes the raw
 * figures and the pages; with a part of a benchmark's name it runs that and prints its tables; with
 * {@code --render} it writes the pages from the raw figures that are there.
 */
public final class ShortRun {
  private static final int FORKS = 2;
  private static final int WARM_UPS = 3;
  private static final int ITERATIONS = 5;
  private static final TimeValue LENGTH = TimeValue.milliseconds(500);

  private ShortRun() {}

  /** Measures; the system property {@code cardinal.root} names the checkout. */
  public static void main(String[] arguments) throws IOException {
    Path root = Path.of(System.getProperty("cardinal.root", "."));
    if (List.of(arguments).contains("--render")) {
      write(root, Results.read(root.resolve(Pages.RESULTS)));
      return;
    }
    Machine machine = Machine.current();
    Pages.render(root, new Results(machine, List.of())); // a page without marks ends it early
    Path temporary = Files.createTempDirectory("cardinal-benchmarks");
    Runtime.getRuntime().addShutdownHook(new Thread(() -> cleanUp(temporary)));
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .forks(FORKS)
            .warmupIterations(WARM_UPS)
            .warmupTime(LENGTH)
            .measurementIterations(ITERATIONS)
            .measurementTime(LENGTH)
            .jvmArgsAppend("-Djava.io.tmpdir=" + temporary)
            .shouldFailOnError(true);
    if (machine.pillow().isEmpty()) {
      options.exclude("PillowBenchmark");
    }
    for (String argument : arguments) {
      options.include(argument);
    }
    Results results;
    try {
      results = Results.of(machine, new Runner(options.build()).run());
    } catch (RunnerException e) {
      String reason =
          e instanceof NoBenchmarksException
              ? "no benchmark's name contains " + String.join(" ", arguments)
              : e.getMessage();
      System.err.println("benchmarks/run: nothing was written: " + reason);
      System.exit(1);
      return;
    }
    if (arguments.length > 0) {
      System.out.println("\n" + new Tables(results).all());
    } else {
      write(root, results);
    }
  }

  private static void write(Path root, Results results) throws IOException {
    Pages.write(root, results);
    System.out.println("benchmarks/run: wrote " + Pages.RESULTS + " and the pages made of it");
  }

  /** Interrupted or not: no process goes on measuring, and no file of theirs is left. */
  private static void cleanUp(Path temporary) {
    ProcessHandle.current().descendants().forEach(ShortRun::end);
    try (Stream<Path> files = Files.walk(temporary)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      System.err.println("not deleted: " + temporary + ": " + e.getMessage());
    }
  }

  private static void end(ProcessHandle process) {
    process.destroyForcibly();
    process.onExit().join();
  }
}
