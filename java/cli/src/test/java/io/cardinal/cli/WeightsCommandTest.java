// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.cardinal.engine.Model;
import io.cardinal.engine.ModelFile;
import io.cardinal.engine.spec.Preprocessing;
import io.cardinal.engine.spec.Preprocessing.CropMode;
import io.cardinal.engine.spec.Preprocessing.Interpolation;
import io.cardinal.testing.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Importing, inspecting and making weights. */
class WeightsCommandTest {
  @TempDir private Path folder;

  @Test
  void shouldImportACheckpointToTheSameBytesEachTime() throws IOException {
    Path first = folder.resolve("first.safetensors");
    Path second = folder.resolve("second.safetensors");
    Cli.Result result = Cli.run("weights", "import", checkpoint("torch-zip.pth"), "-o", first);
    assertThat(result.exit()).as(result.err()).isZero();
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).contains(first + ": ").contains(" from ");
    Cli.run("weights", "import", checkpoint("torch-zip.pth"), "--out", second);
    assertThat(Files.mismatch(first, second)).isEqualTo(-1);
    assertThat(Cli.run("classify", Cli.FROG, "--model", first).exit()).isZero();
    Cli.Result again = Cli.run("weights", "import", first, "-o", second);
    assertThat(again.exit()).isEqualTo(ExitCode.MODEL);
    assertThat(again.notes()).singleElement().asString().contains("model file already", "--model");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactlyInAnyOrder(first, second);
    }
  }

  @Test
  void shouldStoreWhatTheOptionsSay() throws IOException {
    Path model = folder.resolve("model.safetensors");
    Path plain = folder.resolve("plain.safetensors");
    Cli.run("weights", "import", checkpoint("torch-zip.pth"), "-o", plain);
    int classes = classes(plain);
    Path labels =
        Files.write(
            folder.resolve("labels.txt"),
            IntStream.range(0, classes).mapToObj(i -> "name " + i).toList());
    Cli.Result result =
        Cli.run(
            "weights",
            "import",
            checkpoint("torch-zip.pth"),
            "-o",
            model,
            "--input-size",
            "64x96",
            "--resize",
            "80",
            "--interpolation",
            "bicubic",
            "--crop-mode",
            "center",
            "--mean",
            "0.1,0.2,0.3",
            "--std",
            "0.4,0.5,0.6",
            "--labels",
            labels,
            "--epsilon",
            "0.001");
    assertThat(result.exit()).as(result.err()).isZero();
    try (ModelFile file = ModelFile.open(model)) {
      Preprocessing stored = file.definition().preprocessing();
      assertThat(stored.height()).isEqualTo(64);
      assertThat(stored.width()).isEqualTo(96);
      assertThat(stored.resize()).hasValue(80);
      assertThat(stored.interpolation()).isEqualTo(Interpolation.BICUBIC);
      assertThat(stored.cropMode()).isEqualTo(CropMode.CENTER);
      assertThat(stored.mean()).containsExactly(0.1f, 0.2f, 0.3f);
      assertThat(stored.std()).containsExactly(0.4f, 0.5f, 0.6f);
      assertThat(file.definition().metadata().labels()).startsWith("name 0", "name 1");
      assertThat(file.definition().spec().epsilon()).isEqualTo(0.001);
    }
  }

  @Test
  void shouldRefuseOptionsThatAreOutOfRange() {
    Path model = folder.resolve("model.safetensors");
    for (List<String> wrong :
        List.of(
            List.of("--epsilon", "-1"),
            List.of("--epsilon", "NaN"),
            List.of("--crop-pct", "2"),
            List.of("--mean", "1,2"),
            List.of("--resize", "0"))) {
      Cli.Result result =
          Cli.run(
              "weights",
              "import",
              checkpoint("torch-zip.pth"),
              "-o",
              model,
              wrong.get(0),
              wrong.get(1));
      assertThat(result.exit()).as(wrong + ": " + result.err()).isEqualTo(ExitCode.USAGE);
      assertThat(result.err()).contains(wrong.get(0).substring(2));
    }
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void shouldLetNotANumberPassOnlyWhenAllowed() {
    Path model = folder.resolve("model.safetensors");
    Path bad = checkpoint("bad-nan.safetensors");
    assertThat(Cli.run("weights", "import", bad, "-o", model).exit()).isEqualTo(ExitCode.MODEL);
    Cli.Result allowed = Cli.run("weights", "import", bad, "-o", model, "--allow-non-finite");
    assertThat(allowed.exit()).as(allowed.err()).isZero();
    assertThat(allowed.err()).contains("warning: ").contains("NaN");
    Cli.Result used = Cli.run("classify", Cli.FROG, "--model", model, "--format", "csv");
    assertThat(used.exit()).as(used.err()).isZero();
    assertThat(used.csv().get(1)).hasSize(19).startsWith(Cli.FROG.toString(), "ok");
  }

  @Test
  void shouldPrintWhatAFileHolds() {
    for (Path file :
        List.of(Cli.MODEL, checkpoint("torch-zip.pth"), checkpoint("torch-legacy.pth"))) {
      Cli.Result result = Cli.run("weights", "inspect", file);
      assertThat(result.exit()).as(result.err()).isZero();
      assertThat(result.err()).isEmpty();
      assertThat(result.text()).contains("layer1.0.conv2.weight").containsIgnoringCase("resnext");
    }
    Cli.Result vit = Cli.run("weights", "inspect", checkpoint("bad-family-vit.pth"));
    assertThat(vit.text() + vit.err()).doesNotContain("Exception");
    Cli.Result none = Cli.run("weights", "inspect", folder.resolve("none.pth"));
    assertThat(none.exit()).isEqualTo(ExitCode.MODEL);
    assertThat(none.notes()).singleElement().asString().contains("none.pth: no such file");
  }

  @Test
  void shouldMakeTheNetworkOfASeed() throws IOException {
    Path first = folder.resolve("first.safetensors");
    Path second = folder.resolve("second.safetensors");
    Path other = folder.resolve("other.safetensors");
    String architecture = "cifar_resnext29_8x4d";
    Cli.Result result =
        Cli.run("weights", "random", "--arch", architecture, "--seed", "0", "-o", first);
    assertThat(result.exit()).as(result.err()).isZero();
    assertThat(result.out()).isEmpty();
    Cli.run("weights", "random", "--arch", architecture, "-o", second);
    Cli.run("weights", "random", "--arch", architecture, "--seed", "1", "-o", other);
    assertThat(Files.mismatch(first, second)).isEqualTo(-1);
    assertThat(Files.mismatch(first, other)).isPositive();
    try (Model model = Model.open(first)) {
      assertThat(model.model().name()).isEqualTo(architecture);
    }
    Cli.Result unknown = Cli.run("weights", "random", "--arch", "resnext7", "-o", other);
    assertThat(unknown.exit()).isEqualTo(ExitCode.USAGE);
    assertThat(unknown.err()).contains("resnext7", "cardinal archs");
  }

  private static int classes(Path model) {
    try (ModelFile file = ModelFile.open(model)) {
      return file.definition().spec().classes();
    }
  }

  private static Path checkpoint(String name) {
    return Golden.path("checkpoints").resolve(name);
  }
}
