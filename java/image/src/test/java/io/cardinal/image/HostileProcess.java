// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

import static org.assertj.core.api.Assertions.assertThat;

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
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // A heap that is there from the start: what the process grows by is not the heap.
    command.addAll(List.of("-Xms512m", "-Xmx512m", "-XX:+AlwaysPreTouch", "-XX:+UseSerialGC"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(Hostile.class.getName());
    command.addAll(List.of(arguments));
    Path out = Path.of("target", "hostile-" + arguments[0] + ".txt");
    Path errors = Path.of("target", "hostile-" + arguments[0] + "-stderr.txt");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(errors.toFile())
            .redirectInput(new File("/dev/null"))
            .start();
    int exit = process.waitFor(); // it watches over itself
    List<String> lines = Files.readAllLines(out, StandardCharsets.UTF_8);
    assertThat(exit).as("exit of %s, see %s: %s", command, errors, lines).isZero();
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
