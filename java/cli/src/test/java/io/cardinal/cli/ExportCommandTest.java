// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.cardinal.testing.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models for other engines; what is in them the weights tools test. */
class ExportCommandTest {
  @TempDir private Path folder;

  @Test
  void shouldWriteTheNetworkWithItsMetadata() throws IOException {
    Path folded = folder.resolve("folded.onnx");
    Cli.Result result = Cli.run("weights", "export", Cli.MODEL, "--format", "onnx", "-o", folded);
    assertThat(result.exit()).as(result.err()).isZero();
    assertThat(result.out()).isEmpty();
    assertThat(result.notes())
        .containsExactly(folded + ": cifar_resnext29_8x4d, " + Files.size(folded) + " bytes");
    assertThat(text(folded))
        .contains("bn1.folded", "cardinal.preprocessing", "\"airplane\"", "apache-2.0")
        .doesNotContain("BatchNormalization", "cardinal.format");
    Path again = folder.resolve("again.onnx");
    Cli.run("weights", "export", Cli.MODEL, "--batch-norm", "fold", "--out", again);
    assertThat(Files.mismatch(folded, again)).isEqualTo(-1);
    Path kept = folder.resolve("kept.onnx");
    Cli.run("weights", "export", Cli.MODEL, "--batch-norm", "keep", "-o", kept);
    assertThat(text(kept)).contains("BatchNormalization", "bn1.running_var");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactlyInAnyOrder(folded, again, kept);
    }
  }

  @Test
  void shouldRefuseWhatIsNoModelFile() {
    assertRefused(Golden.path("checkpoints/torch-zip.pth"), "torch-zip.pth", "safetensors");
    assertRefused(
        Golden.path("checkpoints/bad-nan.safetensors"), "no Cardinal model file", "weights import");
    assertRefused(folder.resolve("none"), "none: no such file");
  }

  @Test
  void shouldRefuseFormsThatItDoesNotKnow() {
    for (List<String> wrong :
        List.of(List.of("--format", "openvino"), List.of("--batch-norm", "merge"))) {
      Path target = folder.resolve("x.onnx");
      Cli.Result result =
          Cli.run("weights", "export", Cli.MODEL, "-o", target, wrong.get(0), wrong.get(1));
      assertThat(result.exit()).isEqualTo(ExitCode.USAGE);
      assertThat(result.notes())
          .singleElement()
          .asString()
          .startsWith("cardinal: " + wrong.get(0) + " takes ")
          .endsWith(", not " + wrong.get(1));
    }
    assertThat(folder).isEmptyDirectory();
  }

  private void assertRefused(Path model, String... said) {
    Cli.Result result = Cli.run("weights", "export", model, "-o", folder.resolve("x.onnx"));
    assertThat(result.exit()).as(result.err()).isEqualTo(ExitCode.MODEL);
    assertThat(result.notes()).singleElement().asString().contains(said);
    assertThat(folder).isEmptyDirectory();
  }

  private static String text(Path file) throws IOException {
    return new String(Files.readAllBytes(file), UTF_8);
  }
}
