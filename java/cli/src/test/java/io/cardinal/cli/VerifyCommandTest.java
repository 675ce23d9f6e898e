// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.cardinal.engine.safetensors.SafetensorsWriter;
import io.cardinal.weights.RandomModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model against its checkpoint, and against another engine's answer. */
class VerifyCommandTest {
  private static final String NAME = "cifar_resnext29_8x4d";

  @TempDir private Path folder;

  @Test
  void shouldFindAModelEqualToItsCheckpoint() {
    Path model = random("a.safetensors", 0);
    // A model file's tensors are a checkpoint in torchvision's layout once its metadata is another.
    Cli.Result same = Cli.run("weights", "verify", model, checkpoint("b.safetensors", 0));
    assertThat(same.text()).isEqualTo("157 tensors are equal\n");
    assertThat(same.exit()).isZero();
  }

  @Test
  void shouldSayWhichTensorDiffersWhereAndHowMuch() {
    Path model = random("a.safetensors", 0);
    Cli.Result other = Cli.run("weights", "verify", model, checkpoint("b.safetensors", 1));
    assertThat(other.exit()).isEqualTo(ExitCode.SOME_FAILED);
    assertThat(other.text())
        .contains("conv1.weight[0, 0, 0, 0]: ", "values differ, by at most")
        .endsWith("157 of 157 tensors differ\n");
  }

  @Test
  void shouldCompareAnswers() throws IOException {
    Path model = random("a.safetensors", 0);
    Path images = folder.resolve("x.npy");
    float[] values = new float[2 * 3 * 32 * 32];
    for (int i = 0; i < values.length; i++) {
      values[i] = (i % 17) / 8f - 1;
    }
    Files.write(images, Npy.of("(2, 3, 32, 32)", values));
    Path logits = folder.resolve("y.npy");
    assertThat(Cli.run("infer", "--model", model, images, "-o", logits).exit()).isZero();
    Object[] command = {"weights", "verify", model, "--input", images, "--logits", logits};
    Cli.Result same = Cli.run(command);
    assertThat(
            Cli.run("weights", "verify", model, "--input", images, "--logits", logits, "--explain")
                .err())
        .contains("by default", model.toString());
    assertThat(same.exit()).isZero();
    assertThat(same.text()).contains("logits of 2 images differ by at most 0.0");

    float[] found = NpyFile.read(logits).values().clone();
    found[13] += 1;
    Files.write(logits, Npy.of("(2, 10)", found));
    Cli.Result other = Cli.run(command);
    assertThat(other.exit()).isEqualTo(ExitCode.SOME_FAILED);
    assertThat(other.text()).contains("at image 1, class 3");

    found[13] -= 1;
    found[2] = Float.NaN; // in the middle: what follows must not hide it
    Files.write(logits, Npy.of("(2, 10)", found));
    Cli.Result broken = Cli.run(command);
    assertThat(broken.exit()).isEqualTo(ExitCode.SOME_FAILED);
    assertThat(broken.text()).contains("differ by at most NaN", "at image 0, class 2");

    Files.write(logits, Npy.of("(1, 10)", new float[10]));
    assertThat(Cli.run(command).exit()).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void shouldSayWhatIsMissing() {
    Path model = random("a.safetensors", 0);
    assertThat(Cli.run("weights", "verify", model).err()).contains("give the CHECKPOINT");
    assertThat(Cli.run("weights", "verify", model, "--input", "x.npy").err())
        .contains("--input and --logits go together");
  }

  private Path random(String name, int seed) {
    Path file = folder.resolve(name);
    assertThat(Cli.run("weights", "random", "--arch", NAME, "--seed", seed, "-o", file).exit())
        .isZero();
    return file;
  }

  /** The same parameters without what makes them a model file. */
  private Path checkpoint(String name, int seed) {
    Path file = folder.resolve(name);
    SafetensorsWriter.write(file, Map.of(), RandomModel.of(NAME, seed).tensors());
    return file;
  }
}
