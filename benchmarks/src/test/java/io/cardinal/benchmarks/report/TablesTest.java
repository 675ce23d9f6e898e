// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cardinal.benchmarks.Layer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TablesTest {
  private static final Machine MACHINE =
      new Machine("CPU", 2, "L1 32K", "AVX2", "17", "3.11", "a : b", "13", "c0ffee", "date", 0.5);

  @TempDir private Path folder;

  @Test
  void shouldDivideByTheOneThatAnswersTheQuestion() {
    assertThat(new Tables(results()).blockFormsPage())
        .contains("| (b) early concatenation | 300 ± ", " | 300 | 3.00 |\n")
        .contains("| (c) grouped convolution | 100 ± 0 | 100 | 1.00 |\n");
    assertThat(new Tables(results()).all())
        .contains(
            "| decode | 20.0 ± 0.0 | 20.0 | 40.0 ± 0.0 | 40.0 | 0.50 |",
            "CPU, 2 cores given",
            "3 iterations each")
        .doesNotContain("Decoding");
  }

  @Test
  void shouldSayThatPillowWasNotMeasured() {
    Machine without =
        new Machine("CPU", 2, "L1 32K", "AVX2", "17", "3.11", "a", "", "c0ffee", "date", 0.5);
    assertThat(new Tables(new Results(without, results().timings())).all())
        .contains("Not measured: there was no Python with Pillow");
  }

  @Test
  void shouldWriteWholePagesAndTheFiguresTheyAreMadeOf() throws IOException {
    for (String page : List.of("benchmarks/README.md", "docs/resnext.md")) {
      Path file = folder.resolve(page);
      Files.createDirectories(file.getParent());
      Files.writeString(file, "before\n" + Pages.BEGIN + "old\n" + Pages.END + "after\n");
    }
    Pages.write(folder, results());
    assertThat(folder.resolve("benchmarks")).isDirectoryNotContaining("glob:**unfinished");
    assertThat(folder.resolve("docs/resnext.md"))
        .content()
        .startsWith("before\n" + Pages.BEGIN + "\n| form")
        .endsWith("\n" + Pages.END + "after\n")
        .doesNotContain("old");
    Results read = Results.read(folder.resolve(Pages.RESULTS));
    assertThat(read).isEqualTo(results());
    assertThat(Pages.render(folder, read).get("docs/resnext.md"))
        .isEqualTo(Files.readString(folder.resolve("docs/resnext.md")));
  }

  @Test
  void shouldRefuseAPageWithoutMarks() throws IOException {
    Files.writeString(Files.createDirectory(folder.resolve("benchmarks")).resolve("README.md"), "");
    assertThatThrownBy(() -> Pages.render(folder, results()))
        .hasMessageContaining("benchmarks/README.md lacks the marks");
  }

  @Test
  void shouldCountTheOperationsOfALayer() {
    assertThat(Layer.parse("128x56x56/1")).isEqualTo(new Layer(128, 56, 1, 32));
    assertThat(Layer.parse("128x56x56/1").operations()).isEqualTo(2.0 * 56 * 56 * 128 * 4 * 9);
    assertThat(Layer.parse("dense 256x14x14/2").operations()).isEqualTo(2.0 * 49 * 256 * 256 * 9);
    assertThatThrownBy(() -> Layer.parse("128,56,1")).hasMessageContaining("128x56x56/1");
  }

  private static Results results() {
    return new Results(
        MACHINE,
        List.of(
            timing("BlockFormsBenchmark", "form", "EARLY_CONCATENATION", "", 200, 300, 400),
            timing("BlockFormsBenchmark", "form", "GROUPED_CONVOLUTION", "", 100, 100, 100),
            timing("PillowBenchmark", "work", "decode", "", 60, 60, 60),
            timing("PillowBenchmark", "work", "decode", "cardinal", 20, 20, 20),
            timing("PillowBenchmark", "work", "decode", "pillow", 40, 40, 40)));
  }

  private static Timing timing(
      String benchmark, String parameter, String value, String side, double... iterations) {
    return new Timing(
        benchmark,
        Map.of(parameter, value),
        side,
        "us/op",
        List.of(DoubleStream.of(iterations).boxed().toList()));
  }
}
