// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The report on the machine. */
class DoctorCommandTest {
  @Test
  void shouldNameEverythingThatMatters() {
    Cli.Result result = Cli.run("doctor");
    assertThat(result.exit()).isZero();
    assertThat(result.err()).isEmpty();
    Map<String, String> lines =
        result.lines().stream()
            .collect(
                Collectors.toMap(
                    line -> line.substring(0, 17).strip(), line -> line.substring(17).strip()));
    assertThat(lines.keySet())
        .containsAll(
            List.of(
                "cardinal",
                "CPU",
                "instruction sets",
                "cores",
                "C library",
                "native cache",
                "OpenMP",
                "kernels",
                "Java heap",
                "native memory",
                "oneDNN",
                "libcardinal",
                "codecs",
                "locale"));
    Function<String, String> line = name -> String.valueOf(lines.get(name));
    assertThat(lines.values()).noneMatch(text -> text.isEmpty() || text.contains("NOT USABLE"));
    assertThat(line.apply("cores")).matches("\\d+: .*affinity.*");
    assertThat(line.apply("C library")).startsWith("glibc ");
    assertThat(line.apply("native cache")).startsWith("/").contains("(from ");
    assertThat(line.apply("native cache"))
        .matches(".*\\), (writable, filled on|prepared: \\d+) .*");
    assertThat(line.apply("OpenMP")).contains("libgomp").contains("one thread");
    assertThat(line.apply("kernels")).contains("onednn");
    assertThat(line.apply("native memory")).matches("\\d+ bytes.*");
    assertThat(line.apply("locale")).contains("file names");
  }
}
