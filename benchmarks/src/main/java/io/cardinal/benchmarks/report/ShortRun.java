// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.benchmarks.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.NoBenchmarksException;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * The short form of all benchmarks, for {@code benchmarks/run}. Without arguments it writes the raw
 * figures and the pages; with a part of a benchmark's name it runs that and prints its tables; with
 * {@code --render} it writes the pages from the raw figures that are there.
 */
public final class ShortRun {
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
    Results results;
    try {
      results = Results.of(machine, run(machine, temporary, String.join(" ", arguments)));
    } catch (RunnerException e) {
      System.err.println("benchmarks/run: nothing was written: " + e.getMessage());
      System.exit(1);
      return;
    }
    if (arguments.length > 0) {
      System.out.println("\n" + new Tables(results).all());
    } else {
      write(root, results);
    }
  }

  private static List<RunResult> run(Machine machine, Path temporary, String name)
      throws RunnerException {
    List<RunResult> results = new ArrayList<>();
    for (Part part : Part.all()) {
      ChainedOptionsBuilder options =
          new OptionsBuilder()
              .jvmArgsAppend("-Djava.io.tmpdir=" + temporary)
              .shouldFailOnError(true);
      if (machine.pillow().isEmpty()) {
        options.exclude("PillowBenchmark");
      }
      part.addTo(options, name);
      try {
        results.addAll(new Runner(options.build()).run());
      } catch (NoBenchmarksException none) {
        // another part may have one of that name
      }
    }
    if (results.isEmpty()) {
      throw new RunnerException("no benchmark's name contains " + name);
    }
    return results;
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
