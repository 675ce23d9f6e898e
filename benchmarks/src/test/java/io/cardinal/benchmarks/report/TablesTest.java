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
      new Machine(
          "CPU",
          2,
          "L1 32K",
          "AVX2",
          "17",
          "3.11",
          "1, avx512",
          "1.29",
          "a : b",
          "13",
          "c0ffee",
          "date",
          0.5);

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
            "at most 3 iterations each")
        .doesNotContain("Decoding");
  }

  @Test
  void shouldCompareEnginesAndProvidersWithThePeak() {
    Map<String, String> one = network("1", "1", "cardinal");
    Map<String, String> two = network("8", "2", "cardinal");
    Map<String, String> layer = Map.of("layer", "128x56x56/1", "provider", "cardinal");
    List<Timing> timings =
        List.of(
            timing("NetworkBenchmark", one, "", 100, 100, 100),
            timing("NetworkBenchmark", one, "peak", 90, 100, 110),
            timing("NetworkBenchmark", network("1", "1", "onnxruntime"), "", 120, 120, 120),
            timing("NetworkBenchmark", two, "", 500, 500, 500),
            timing("NetworkBenchmark", two, "peak", 0, 0, 0),
            timing("GroupedConvolutionBenchmark", layer, "", 500, 500, 500),
            timing("GroupedConvolutionBenchmark", layer, "peak", 100, 100, 100));
    assertThat(new Tables(new Results(MACHINE, timings)).all())
        .contains(
            "| resnext50_32x4d | 1 | 1 | 100 ± 0 | 100 | 10.0 | 0.84 | - | 120 | 1.20 |\n",
            "| resnext50_32x4d | 8 | 2 | 500 ± 0 | 500 | 16.0 | - | - | - | - |\n",
            "| 128x56x56/1 | 500 ± 0 | 500 | 0.57 | - | - | - | - |\n")
        .doesNotContain("| resnext50_32x4d | 8 | 1 |");
  }

  private static Map<String, String> network(String batch, String threads, String engine) {
    return Map.of(
        "architecture", "resnext50_32x4d", "batch", batch, "threads", threads, "engine", engine);
  }

  @Test
  void shouldSayThatPillowWasNotMeasured() {
    Machine without =
        new Machine(
            "CPU", 2, "L1 32K", "AVX2", "17", "3.11", "none", "1.29", "a", "", "c0ffee", "date",
            0.5);
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
    assertThat(Layer.parse("128x56x56/1")).isEqualTo(new Layer(128, 56, 1));
    assertThat(Layer.parse("128x56x56/1").operations(true)).isEqualTo(2.0 * 128 * 4 * 166 * 166);
    assertThat(Layer.parse("128x56x56/1").operations(false)).isEqualTo(2.0 * 128 * 4 * 166 * 168);
    assertThat(Layer.parse("256x56x56/2").operations(true)).isEqualTo(2.0 * 256 * 8 * 83 * 83);
    assertThat(Layer.parse("256x7x7/2").operations(true)).isEqualTo(2.0 * 256 * 8 * 10 * 10);
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
    return timing(benchmark, Map.of(parameter, value), side, iterations);
  }

  private static Timing timing(
      String benchmark, Map<String, String> parameters, String side, double... iterations) {
    return new Timing(
        benchmark,
        parameters,
        side,
        "us/op",
        List.of(DoubleStream.of(iterations).boxed().toList()));
  }
}
