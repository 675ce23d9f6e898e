// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.cardinal.testing.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Models that cannot be used: exit code 3 and one clear line. */
class ModelErrorsTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "bad-lfs-pointer.safetensors | Git LFS pointer | git lfs pull",
        "bad-torchscript.pt | TorchScript | state_dict()",
        "bad-pickled-module.pth | pickled module | state_dict()",
        "bad-nan.safetensors | 1 NaN | no sound answer",
        "bad-truncated.safetensors | expected 150536 bytes | fetch the file again",
        "bad-truncated-zip.pth | expected | found",
        "bad-truncated-legacy.pth | expected | found",
        "bad-family-vgg.pth | found VGG | classifier.0.weight",
        "bad-family-vit.pth | expected | found",
        "bad-empty.pth | is empty | fetch the file again",
        "bad-html.pth | expected | found",
        "torch-zip-deflated.pth | expected | found",
        "onnx-external/model.onnx | expected | ONNX",
      })
  void shouldSayWhatIsWrongWithACheckpoint(String name, String said, String alsoSaid) {
    Path file = Golden.path("checkpoints").resolve(name);
    String fileName = file.getFileName().toString();
    assertRefused(file).contains(fileName, said, alsoSaid);
    Cli.Result imported = Cli.run("weights", "import", file, "-o", folder.resolve("x.safetensors"));
    assertThat(imported.exit()).isEqualTo(ExitCode.MODEL);
    assertThat(imported.err()).contains(fileName, said, alsoSaid);
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void shouldRefuseWhatIsNoFile() throws IOException {
    assertRefused(folder.resolve("none.safetensors"))
        .contains("none.safetensors: no such file", "--model takes a model file or a checkpoint");
    assertRefused(folder).contains("not a regular file");
    Path text = Files.writeString(folder.resolve("text.safetensors"), "hello, world");
    assertRefused(text).contains("text.safetensors", "expected", "safetensors", "found a text");
  }

  @Test
  void shouldRefuseAModelFileOfANewerFormat() throws IOException {
    assertRefused(changed("\"cardinal.format\":\"1\"", "\"cardinal.format\":\"2\""))
        .contains("changed.safetensors", "expected", "found")
        .containsIgnoringCase("newer");
  }

  @Test
  void shouldRefuseAModelFileWithATensorOfAnotherShape() throws IOException {
    String header = header();
    int shape = header.indexOf("\"shape\":[64,3,3,3]");
    assertThat(shape).isPositive();
    assertRefused(changed("\"shape\":[64,3,3,3]", "\"shape\":[3,64,3,3]"))
        .contains("conv1.weight", "expected shape [64, 3, 3, 3]", "found [3, 64, 3, 3]");
  }

  @Test
  void shouldRefuseAModelFileWithoutATensor() throws IOException {
    assertRefused(changed("\"fc.bias\"", "\"fc.bios\""))
        .contains("changed.safetensors", "fc.bias", "import the checkpoint again");
  }

  @Test
  void shouldRefuseAModelFileThatIsCutShort() throws IOException {
    byte[] bytes = Files.readAllBytes(Cli.MODEL);
    Path cut =
        Files.write(folder.resolve("cut.safetensors"), Arrays.copyOf(bytes, bytes.length - 1_000));
    assertRefused(cut).contains("cut.safetensors", "expected", "found", "again");
  }

  @Test
  void shouldPrintTheStackTraceOnlyWhenAsked() {
    Path file = Golden.path("checkpoints/bad-torchscript.pt");
    Cli.Result result = Cli.run("classify", Cli.FROG, "--model", file, "--verbose");
    assertThat(result.exit()).isEqualTo(ExitCode.MODEL);
    assertThat(result.err()).contains("ModelException").contains("\tat io.cardinal.weights");
  }

  @Test
  void shouldRunACheckpointAndSayHowToImportItOnce() throws IOException {
    Path checkpoint = Golden.path("checkpoints/torch-zip.pth");
    Cli.Result result = Cli.run("classify", Cli.FROG, "--model", checkpoint, "--format", "csv");
    assertThat(result.exit()).as(result.err()).isZero();
    assertThat(result.csv()).hasSize(2);
    assertThat(result.err())
        .contains(
            checkpoint
                + " is a checkpoint, imported into memory; to import it once: cardinal weights"
                + " import "
                + checkpoint
                + " -o ");
    Path model = folder.resolve("once.safetensors");
    assertThat(Cli.run("weights", "import", checkpoint, "-o", model).exit()).isZero();
    Cli.Result once = Cli.run("classify", Cli.FROG, "--model", model, "--format", "csv");
    assertThat(once.text()).isEqualTo(result.text());
    assertThat(once.notes()).hasSize(1);
  }

  private static AbstractStringAssert<?> assertRefused(Path model) {
    for (List<Object> words :
        List.<List<Object>>of(
            List.of("classify", Cli.FROG, "--model", model), List.of("bench", "--model", model))) {
      Cli.Result result = Cli.run(words.toArray());
      assertThat(result.exit()).as(result.err()).isEqualTo(ExitCode.MODEL);
      assertThat(result.out()).isEmpty();
      assertThat(result.notes()).hasSize(1);
    }
    String line = Cli.run("classify", Cli.FROG, "--model", model).err();
    return assertThat(line).startsWith("cardinal: ").doesNotContain("Exception", "\tat ");
  }

  private static String header() throws IOException {
    return new String(Files.readAllBytes(Cli.MODEL), 0, 100_000, ISO_8859_1);
  }

  /** The demo model with some text of its header changed for another of that length. */
  private Path changed(String text, String other) throws IOException {
    String all = new String(Files.readAllBytes(Cli.MODEL), ISO_8859_1);
    assertThat(all).contains(text);
    assertThat(other).hasSameSizeAs(text);
    return Files.write(
        folder.resolve("changed.safetensors"), all.replace(text, other).getBytes(ISO_8859_1));
  }
}
