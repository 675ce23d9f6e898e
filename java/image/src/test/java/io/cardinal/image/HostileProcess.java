// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.cardinal.testing.JavaCommand;
import io.cardinal.testing.Scale;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Runs {@link Hostile} to its end, which must be a good one. */
final class HostileProcess {
  private HostileProcess() {}

  /** The lines that it printed, the last one being its counts. */
  static List<String> run(String... arguments) throws IOException, InterruptedException {
    return run(Hostile.class, Map.of(), arguments);
  }

  /**
   * The same of a program that measures the process: what the C library is given back goes to the
   * system at once, so that each file's own share shows.
   */
  static List<String> measure(Class<?> program, String... arguments)
      throws IOException, InterruptedException {
    return run(
        program,
        Map.of("MALLOC_MMAP_THRESHOLD_", "131072", "MALLOC_TRIM_THRESHOLD_", "131072"),
        arguments);
  }

  private static List<String> run(
      Class<?> program, Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(JavaCommand.java());
    // A heap that is there from the start: what the process grows by is not the heap.
    command.addAll(List.of("-Xms512m", "-Xmx512m", "-XX:+AlwaysPreTouch", "-XX:+UseSerialGC"));
    if (environment.isEmpty()) { // short, and mostly native: C2 would cost more than it saves
      command.add("-XX:TieredStopAtLevel=" + Scale.of(1, 4, 4));
    }
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(program.getName());
    command.addAll(List.of(arguments));
    String name = program.getSimpleName() + "-" + Path.of(arguments[0]).getFileName();
    Path out = Path.of("target", name + ".txt");
    Path errors = Path.of("target", name + "-stderr.txt");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(errors.toFile())
            .redirectInput(new File("/dev/null"));
    builder.environment().putAll(environment);
    Process process = builder.start();
    int exit = process.waitFor(); // it watches over itself
    List<String> lines = Files.readAllLines(out, StandardCharsets.UTF_8);
    assertThat(exit).as("exit of %s, see %s: %s", name, errors, lines).isZero();
    return lines;
  }

  /** Reads a line of counts such as {@code answers 3, bugs 0}. */
  static Map<String, Integer> counts(String line) {
    Map<String, Integer> counts = new TreeMap<>();
    for (String part : line.split(", ", -1)) {
      String[] words = part.split(" ", 2);
      counts.put(words[0], Integer.parseInt(words[1]));
    }
    return counts;
  }
}
