// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cardinal.engine.kernels.cardinal.CardinalLibrary;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Timing a network. */
class BenchCommandTest {
  private static final boolean HAS_PEAK = CardinalLibrary.refusal().isEmpty();

  @Test
  void shouldPrintTheFieldsOfItsContract() throws IOException {
    Cli.Result result =
        Cli.run(
            "bench",
            "--arch",
            "cifar_resnext29_8x64d",
            "--seconds",
            "0.2",
            "--batch",
            "2",
            "--workers",
            "1",
            "--json");
    assertThat(result.exit()).as(result.err()).isZero();
    assertThat(result.err()).isEmpty();
    JsonNode report = new ObjectMapper().readTree(result.out());
    List<String> fields = new ArrayList<>();
    report.fieldNames().forEachRemaining(fields::add);
    List<String> expected =
        new ArrayList<>(
            List.of(
                "engine",
                "model",
                "precision",
                "batch",
                "workers",
                "threads",
                "images_per_second",
                "ms_per_image",
                "roofline_fraction",
                "peak_gflops",
                "kernels",
                "native_bytes",
                "cpu",
                "cores"));
    if (!HAS_PEAK) {
      expected.add("roofline_reason");
    }
    assertThat(fields).containsExactlyInAnyOrderElementsOf(expected);
    assertThat(report.get("engine").textValue()).startsWith("cardinal ");
    assertThat(report.get("model").textValue()).isEqualTo("cifar_resnext29_8x64d");
    assertThat(report.get("precision").textValue()).isEqualTo("f32");
    assertThat(report.get("batch").intValue()).isEqualTo(2);
    assertThat(report.get("workers").intValue()).isEqualTo(1);
    assertThat(report.get("threads").intValue()).isEqualTo(1);
    assertRoofline(report);
    assertThat(report.get("native_bytes").longValue()).isGreaterThan(30_000_000);
    JsonNode times = report.get("ms_per_image");
    double min = times.get("min").doubleValue();
    double median = times.get("median").doubleValue();
    assertThat(times.size()).isEqualTo(4);
    assertThat(min).isPositive().isLessThanOrEqualTo(median);
    assertThat(times.get("p90").doubleValue()).isBetween(median, times.get("p99").doubleValue());
    assertThat(report.get("images_per_second").doubleValue()).isBetween(1.0, 1.05e3 / min);
    assertThat(report.get("kernels").size()).isGreaterThan(29);
    assertThat(report.get("kernels").get("layer1.0.conv2").textValue())
        .matches("(cardinal|onednn):.+");
  }

  @Test
  void shouldTimeAModelInWords() {
    Cli.Result result = Cli.run("bench", "--seconds", "0.1", "--workers", "2", "--batch", "3");
    assertThat(result.exit()).isZero();
    assertThat(result.lines()).anyMatch(line -> line.matches("images_per_second +[0-9.]+"));
    assertThat(result.lines()).anyMatch(line -> line.matches("workers +2"));
  }

  @Test
  void shouldPrintATableOfSteps() {
    Cli.Result result = Cli.run("bench", "--steps", "--batch", "1", "--seconds", "0.1");
    assertThat(result.exit()).as(result.err()).isZero();
    String number = "\\d+\\.\\d+";
    assertThat(result.lines())
        .anyMatch(
            line -> line.matches("step +kernel +ms +GFLOP/s +fraction of peak +share of time"))
        .anyMatch(
            line ->
                line.matches(
                    "layer1\\.0\\.conv2 +(cardinal|onednn):\\S+"
                        + (" +" + number).repeat(HAS_PEAK ? 4 : 3)))
        .anyMatch(line -> line.matches("avgpool +\\S+" + (" +" + number).repeat(2)));
  }

  @Test
  void shouldGiveStepsAndWorkersAsJson() throws IOException {
    Cli.Result result = Cli.run("bench", "--steps", "--json", "--seconds", "0.1", "--workers", "2");
    assertThat(result.exit()).as(result.err()).isZero();
    JsonNode report = new ObjectMapper().readTree(result.out());
    assertRoofline(report);
    double share = 0;
    for (JsonNode step : report.get("steps")) {
      String name = step.get("step").textValue();
      assertThat(step.get("kernel")).isEqualTo(report.get("kernels").get(name));
      assertThat(step.get("ms").doubleValue()).isPositive();
      assertThat(step.get("gflops").isNull()).isEqualTo(name.equals("avgpool"));
      assertThat(step.get("roofline_fraction").isNull())
          .isEqualTo(!HAS_PEAK || name.equals("avgpool"));
      share += step.get("share").doubleValue();
    }
    assertThat(report.get("steps").size()).isEqualTo(report.get("kernels").size());
    assertThat(share).isPositive();
    assertThat(report.has("roofline_workers")).isEqualTo(HAS_PEAK);
    for (JsonNode worker : report.path("roofline_workers")) {
      assertThat(worker.get("worker").textValue()).startsWith("cardinal-worker");
      assertRoofline(worker);
    }
  }

  @Test
  void shouldMeasureAtEachLineOfStandardInput() throws IOException {
    Cli.Result result =
        Cli.runWith(
            "\nwhatever it says\nno line end".getBytes(StandardCharsets.UTF_8),
            "bench",
            "--turns",
            "--seconds",
            "0.1",
            "--workers",
            "1");
    assertThat(result.exit()).as(result.err()).isZero();
    assertThat(result.lines()).hasSize(2);
    for (String line : result.lines()) {
      JsonNode report = new ObjectMapper().readTree(line);
      assertThat(report.get("ms_per_image").get("median").doubleValue()).isPositive();
      assertRoofline(report);
    }
    assertThat(Cli.runWith(new byte[0], "bench", "--turns").out()).isEmpty();
  }

  @Test
  void shouldAnswerATurnBeforeTheNextOneComes(@TempDir Path folder) throws Exception {
    Process process =
        new ProcessBuilder(new ChildCli(folder).command("bench", "--turns", "--seconds", "0.1"))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (OutputStream turns = process.getOutputStream();
        BufferedReader answers = process.inputReader(StandardCharsets.UTF_8)) {
      for (int turn = 0; turn < 2; turn++) {
        turns.write('\n');
        turns.flush();
        assertThat(answers.readLine()).contains("ms_per_image");
      }
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void shouldPrintTheTimeOfEachLayerOnBothProviders() {
    assumeTrue(HAS_PEAK);
    Cli.Result result =
        Cli.run(
            "bench",
            "--tune",
            "--arch",
            "cifar_resnext29_8x4d,cifar_resnext29_8x4d",
            "--batch",
            "2",
            "--seconds",
            "0.1");
    assertThat(result.exit()).as(result.err()).isZero();
    assertThat(result.notes()).hasSize(1);
    assertThat(result.notes().get(0)).containsPattern(" \\w+-\\d+-\\d+\\.csv$");
    List<String> lines = result.lines();
    assertThat(lines.get(0))
        .isEqualTo(
            "layer,kernel,stride,channels_per_group,residual,inputs,outputs,height,width,"
                + "batch,cardinal_us,onednn_us");
    assertThat(lines.subList(1, lines.size()))
        .allMatch(line -> line.matches("[a-z_]+(,\\d+){8},[12],\\d+\\.\\d,\\d+\\.\\d"))
        .anyMatch(line -> line.startsWith("convolution,3,2,8,0,64,64,32,32,"))
        .anyMatch(line -> line.startsWith("linear,1,1,512,0,512,10,1,1,2,"));
    assertThat(lines.stream().map(line -> line.replaceAll("(,[^,]*){2}$", "")))
        .doesNotHaveDuplicates();
  }

  @Test
  void shouldSayWhyThereIsNoPeak(@TempDir Path folder) throws IOException, InterruptedException {
    ChildCli child = new ChildCli(folder).variable("CARDINAL_ISA", "scalar");
    Cli.Result result = child.run("bench", "--json", "--seconds", "0.1", "--workers", "2");
    assertThat(result.exit()).as(result.err()).isZero();
    JsonNode report = new ObjectMapper().readTree(result.out());
    assertThat(report.get("roofline_fraction").isNull()).isTrue();
    assertThat(report.get("peak_gflops").isNull()).isTrue();
    assertThat(report.get("roofline_reason").textValue()).contains("libcardinal");
    assertThat(report.has("roofline_workers")).isFalse();
    Cli.Result tuned = child.run("bench", "--tune");
    assertThat(tuned.exit()).isEqualTo(ExitCode.NATIVE);
    assertThat(tuned.notes()).hasSize(1);
    assertThat(tuned.err()).contains("libcardinal with AVX-512");
  }

  @ParameterizedTest
  @ValueSource(strings = {"cardinal", "onednn"})
  void shouldTimeAnImageThatThreadsShare(String kernels) throws IOException {
    assumeTrue(HAS_PEAK);
    Cli.Result shared =
        Cli.run(
            "bench",
            "--json",
            "--seconds",
            "0.2",
            "--batch",
            "1",
            "--workers",
            "1",
            "--threads",
            "2",
            "--kernels",
            kernels);
    assertThat(shared.exit()).as(shared.err()).isZero();
    JsonNode team = new ObjectMapper().readTree(shared.out());
    assertThat(team.get("threads").intValue()).isEqualTo(2);
    assertThat(team.get("roofline_fraction").doubleValue()).isBetween(0.0, 1.0);
    assertThat(team.get("peak_gflops").doubleValue()).isPositive();
  }

  @Test
  void shouldRefuseWhatItCannotTime() {
    List<Object[]> wrong =
        List.of(
            new Object[] {"bench", "--arch", "resnext7"},
            new Object[] {"bench", "--arch", "resnext50_32x4d", "--model", Cli.MODEL},
            new Object[] {"bench", "--seconds", "0"},
            new Object[] {"bench", "--seconds", "NaN"},
            new Object[] {"bench", "--tune", "--json"},
            new Object[] {"bench", "--tune", "--kernels", "onednn"},
            new Object[] {"bench", "--tune", "--explain"},
            new Object[] {"bench", "--tune", "--turns"},
            new Object[] {"bench", "--tune", "--arch", "resnext50_32x4d,"},
            new Object[] {"bench", "--threads", "0"});
    for (Object[] each : wrong) {
      Cli.Result result = Cli.run(each);
      assertThat(result.exit()).as(result.err()).isEqualTo(ExitCode.USAGE);
      assertThat(result.out()).isEmpty();
      assertThat(result.notes()).hasSize(1);
    }
    assertThat(Cli.run("bench", "--arch", "resnext7").err()).contains("cardinal archs");
  }

  @Test
  void shouldRefuseThreadsThatTheKernelsCannotUse() {
    Cli.Result result = Cli.run("bench", "--threads", "2", "--kernels", "reference");
    assertThat(result.exit()).as(result.err()).isEqualTo(ExitCode.NATIVE);
    assertThat(result.err())
        .contains(
            "reference", "one thread", "cardinal or onednn", "take 1 thread and more workers");
  }

  private static void assertRoofline(JsonNode report) {
    assertThat(report.has("roofline_reason")).isEqualTo(!HAS_PEAK);
    if (HAS_PEAK) {
      assertThat(report.get("roofline_fraction").doubleValue()).isPositive().isLessThanOrEqualTo(1);
      assertThat(report.get("peak_gflops").doubleValue()).isPositive();
    } else {
      assertThat(report.get("roofline_fraction").isNull()).isTrue();
      assertThat(report.get("peak_gflops").isNull()).isTrue();
      assertThat(report.get("roofline_reason").textValue()).isNotBlank();
    }
  }
}
