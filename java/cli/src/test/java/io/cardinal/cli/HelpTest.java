// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Help, versions, and what wrong usage gets. */
class HelpTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "classify",
        "evaluate",
        "infer",
        "weights",
        "weights import",
        "weights inspect",
        "weights export",
        "weights random",
        "bench",
        "doctor",
        "archs"
      })
  void shouldExplainEveryCommandWithExamples(String command) {
    for (String option : List.of("--help", "-h")) {
      List<String> words =
          new ArrayList<>(Arrays.stream(command.split(" ")).filter(w -> !w.isEmpty()).toList());
      words.add(option);
      Cli.Result result = Cli.run(words.toArray());
      assertThat(result.exit()).isZero();
      assertThat(result.err()).isEmpty();
      assertThat(result.text())
          .contains("Usage: " + ("cardinal " + command).strip())
          .containsPattern("Examples?:\n  cardinal " + command.strip())
          .contains("--verbose");
      assertThat(result.lines()).allMatch(line -> line.length() <= 100);
    }
  }

  @Test
  void shouldPrintTheVersionsOfAllThatComputes() {
    Cli.Result result = Cli.run("--version");
    assertThat(result.exit()).isZero();
    assertThat(result.err()).isEmpty();
    assertThat(result.lines()).hasSize(4);
    assertThat(result.lines().get(0)).startsWith("cardinal ");
    assertThat(result.lines().get(1)).matches("oneDNN 3\\.\\d+\\.\\d+");
    assertThat(result.lines().get(2)).contains("libjpeg-turbo").contains("libwebp");
    assertThat(result.lines().get(3)).contains(System.getProperty("java.version"));
  }

  @Test
  void shouldSayWhatToDoWithoutACommand() {
    assertUsage("see cardinal --help").contains("classify").contains("doctor");
    assertUsage("see cardinal weights --help", "weights").contains("import").contains("random");
  }

  @Test
  void shouldSuggestWhatAMistakenWordMayMean() {
    assertUsage("see cardinal --help", "clasify").contains("'clasify'").contains("classify?");
    assertUsage("see cardinal weights --help", "weights", "imprt").contains("import");
    assertUsage("see cardinal classify --help", "classify", "--tokp", "3", "a.jpg")
        .contains("unknown option '--tokp'")
        .contains("--topk");
    assertUsage("see cardinal infer --help", "infer", "a.npy", "b.npy", "-o", "c.npy")
        .contains("b.npy");
  }

  @Test
  void shouldRefuseWrongValuesOfOptions() {
    assertUsage("see cardinal classify --help", "classify", "--batch", "x", "a.jpg")
        .contains("--batch")
        .contains("'x'");
    assertUsage("see cardinal infer --help", "infer", "a.npy").contains("--out");
    assertUsage("see cardinal weights random --help", "weights", "random", "-o", "x")
        .contains("--arch");
    assertUsage("see cardinal classify --help", "classify", "--progress", "loud", "a.jpg")
        .contains("auto, bar, plain or none");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--threads 65",
        "--threads 0",
        "--precision bf16",
        "--workers 0",
        "--workers 5000",
        "--batch 0",
        "--batch -1",
        "--kernels openvino",
        "--topk 0",
        "--format xml",
        "--max-pixels 0",
        "--exif on",
        "--pillow 11",
        "--features vectors.csv",
        "--on-error ignore",
        "--max-errors many",
        "--shard-size 0",
        "--input-size 0",
        "--input-size 16x",
        "--resize 0",
        "--crop-pct 7",
        "--crop-mode middle",
        "--interpolation nearest",
        "--mean 0.5,0.5",
        "--mean 0.5,x,1",
        "--std 0,1,1",
        "--std 1,1,nan"
      })
  void shouldRefuseOptionsThatAreOutOfRange(String option) {
    List<Object> words = new ArrayList<>(List.of("classify", Cli.FROG));
    words.addAll(List.of(option.split(" ")));
    Cli.Result result = Cli.run(words.toArray());
    assertThat(result.exit()).as(result.err()).isEqualTo(ExitCode.USAGE);
    assertThat(result.out()).isEmpty();
    assertThat(result.notes().get(0))
        .startsWith("cardinal: ")
        .contains(option.split(" ")[0].replace("--", "").replace("-", " ").split(" ")[0]);
    assertThat(result.err()).doesNotContain("Exception").doesNotContain("\tat ");
  }

  @Test
  void shouldPrintAStackTraceOnlyWhenAsked() {
    for (List<Object> words :
        List.<List<Object>>of(
            List.of("classify", Cli.FROG, "--workers", "0", "--verbose"),
            List.of("--verbose", "classify", Cli.FROG, "--workers", "0"))) {
      Cli.Result result = Cli.run(words.toArray());
      assertThat(result.exit()).isEqualTo(ExitCode.USAGE);
      assertThat(result.err()).contains("UsageException").contains("\tat io.cardinal");
    }
  }

  private static org.assertj.core.api.AbstractStringAssert<?> assertUsage(
      String hint, Object... arguments) {
    Cli.Result result = Cli.run(arguments);
    assertThat(result.exit()).isEqualTo(ExitCode.USAGE);
    assertThat(result.out()).isEmpty();
    assertThat(result.notes()).hasSize(2);
    assertThat(result.notes().get(1)).isEqualTo(hint);
    return assertThat(result.notes().get(0)).startsWith("cardinal: ");
  }
}
