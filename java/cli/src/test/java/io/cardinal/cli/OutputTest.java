// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cardinal.cli.output.OutputException;
import io.cardinal.cli.output.OutputFile;
import io.cardinal.engine.safetensors.FileLayer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Outputs that cannot be written: exit code 5, and nothing half-written. */
class OutputTest {
  @TempDir private Path folder;

  @Test
  void shouldNotWriteWhereItCannot() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "x");
    for (Path target :
        List.of(
            Path.of("/proc/rows.csv"),
            folder.resolve("none/rows.csv"),
            file.resolve("rows.csv"),
            folder,
            Path.of("/dev/null"))) {
      assertNotWritten(target, "classify", Cli.FROG, "--out", target);
      assertNotWritten(target, "weights", "import", checkpoint(), "-o", target);
      assertNotWritten(target, "weights", "export", Cli.MODEL, "-o", target);
      assertNotWritten(
          target, "weights", "random", "--arch", "cifar_resnext29_8x64d", "-o", target);
    }
    assertThat(left()).containsExactly(file);
    assertThat(Files.readString(file)).isEqualTo("x");
  }

  @Test
  void shouldReplaceAFileWhole() throws IOException {
    Path target = Files.writeString(folder.resolve("rows.csv"), "old rows, longer than new\n");
    Path link = Files.createSymbolicLink(folder.resolve("link.csv"), target);
    assertThat(Cli.run("classify", Cli.FROG, "--format", "csv", "--out", link).exit()).isZero();
    assertThat(Files.isSymbolicLink(link)).isTrue();
    assertThat(Files.readString(target)).startsWith("path,status,").contains(",ok,,,frog,6,0.95");
    assertThat(left()).containsExactlyInAnyOrder(target, link);
  }

  /** Writers of CSV wrap the failure of a full disk. */
  @Test
  void shouldTakeAWrappedFailureForOneOfTheOutput() throws IOException {
    Path target = folder.resolve("confusion.csv");
    IOException full = new IOException("No space left on device");
    assertThatThrownBy(
            () ->
                OutputFile.write(
                    FileLayer.REAL,
                    target,
                    channel -> {
                      throw new UncheckedIOException(full);
                    }))
        .isInstanceOf(OutputException.class)
        .hasMessageContaining(target.toString())
        .hasCause(full);
    assertThat(left()).isEmpty();
  }

  @Test
  void shouldLeaveTheTargetAloneWhenTheRunFails() throws IOException {
    Path target = Files.writeString(folder.resolve("rows.csv"), "old");
    Cli.Result result =
        Cli.run("classify", Cli.FROG, "--model", folder.resolve("none"), "--out", target);
    assertThat(result.exit()).isEqualTo(ExitCode.MODEL);
    result = Cli.run("classify", folder.resolve("none"), "--out", target, "--batch", "0");
    assertThat(result.exit()).isEqualTo(ExitCode.USAGE);
    assertThat(Files.readString(target)).isEqualTo("old");
    assertThat(left()).containsExactly(target);
  }

  @Test
  void shouldEndQuietlyWhenTheReaderOfStandardOutputHasLeft() {
    for (List<Object> words :
        List.<List<Object>>of(
            List.of("classify", Cli.PHOTOS),
            List.of("classify", Cli.PHOTOS, "--format", "csv"),
            List.of("archs"),
            List.of("archs", "--json"),
            List.of("doctor"),
            List.of("weights", "inspect", Cli.MODEL))) {
      Cli.Result result = failing("Broken pipe", words);
      assertThat(result.exit()).as(words.toString()).isEqualTo(ExitCode.PIPE);
      assertThat(result.err()).isEmpty();
    }
  }

  @Test
  void shouldSayWhyStandardOutputCannotBeWritten() {
    for (String format : List.of("table", "csv")) {
      Cli.Result result =
          failing("No space left on device", List.of("classify", Cli.PHOTOS, "--format", format));
      if (!Console.isPipe()) { // where it is one, every failure is that of a closed pipe
        assertThat(result.exit()).isEqualTo(ExitCode.OUTPUT);
        assertThat(result.notes())
            .containsExactly("cardinal: cannot write standard output: No space left on device");
      }
    }
  }

  private static Cli.Result failing(String message, List<Object> words) {
    OutputStream out =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException(message);
          }
        };
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console console = new Console(out, new PrintStream(err, true, UTF_8));
    int exit = Main.run(console, words.stream().map(String::valueOf).toArray(String[]::new));
    return new Cli.Result(exit, new byte[0], err.toString(UTF_8));
  }

  private static void assertNotWritten(Path target, Object... words) {
    Cli.Result result = Cli.run(words);
    assertThat(result.exit()).as(result.err()).isEqualTo(ExitCode.OUTPUT);
    assertThat(result.out()).isEmpty();
    assertThat(result.notes())
        .filteredOn(line -> !line.startsWith("warning: "))
        .singleElement()
        .asString()
        .startsWith("cardinal: cannot write " + target + ": ")
        .doesNotContain(".tmp", "Exception");
  }

  private static Path checkpoint() {
    return io.cardinal.testing.Golden.path("checkpoints/torch-zip.pth");
  }

  private List<Path> left() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> !Files.isDirectory(file)).toList();
    }
  }
}
