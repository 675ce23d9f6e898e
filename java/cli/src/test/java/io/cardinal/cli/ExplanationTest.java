// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Where things came from, on every command that runs a model. */
class ExplanationTest {
  @Test
  void shouldSayWhatIsDefaultAndWhatIsChosen() {
    Cli.Result byDefault = Cli.run("classify", "--explain", Cli.FROG);
    assertThat(byDefault.notes())
        .anyMatch(line -> line.matches("model +cifar_resnext29_8x4d, the bundled demo.*SHA-256.*"))
        .anyMatch(line -> line.matches("preprocessing .*as the model states it"))
        .anyMatch(line -> line.matches("workers +\\d+, by default: .*physical.*"))
        .anyMatch(line -> line.matches("batch +8, by default"))
        .anyMatch(line -> line.startsWith("kernels "))
        .anyMatch(line -> line.matches("native cache .*, by .*"));
    Cli.Result chosen =
        Cli.run(
            "classify",
            "--explain",
            "--model",
            Cli.MODEL,
            "--workers",
            1,
            "--batch",
            3,
            "--kernels",
            "onednn",
            "--interpolation",
            "bicubic",
            Cli.FROG);
    assertThat(chosen.err())
        .contains("by --model", "1, by --workers", "3, by --batch", "onednn, by --kernels")
        .contains("bicubic", "changed by options");
    assertThat(chosen.lines()).hasSize(2);
  }

  @Test
  void shouldBeThereOnTheOtherCommandsThatRunAModel() {
    Cli.Result bench =
        Cli.run(
            "bench",
            "--explain",
            "--arch",
            "cifar_resnext29_8x4d",
            "--seconds",
            "0.1",
            "--workers",
            1,
            "--batch",
            1);
    assertThat(bench.err()).contains("random parameters of seed 0, by --arch");
    assertThat(Cli.run("evaluate", "--help").text()).contains("--explain");
    assertThat(Cli.run("infer", "--help").text()).contains("--explain");
  }
}
