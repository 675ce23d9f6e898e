// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli.inputs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.cardinal.cli.Failures;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine;

/** Inputs as a command line gives them. */
final class Given {
  static final int MAX_FILE_BYTES = 1 << 20;

  /**
   * An input that was read.
   *
   * @param reason of its failure, empty without one
   * @param text its bytes or the failure's message
   */
  record Row(String name, String reason, String text) {}

  private Given() {}

  static Inputs inputs(Object... words) {
    return inputs(InputStream.nullInputStream(), words);
  }

  static Inputs inputs(byte[] standardInput, Object... words) {
    return inputs(new ByteArrayInputStream(standardInput), words);
  }

  static Inputs inputs(InputStream standardInput, Object... words) {
    InputOptions options = new InputOptions();
    CommandLine line = new CommandLine(new Command(options)).setExpandAtFiles(false);
    line.parseArgs(Arrays.stream(words).map(String::valueOf).toArray(String[]::new));
    return options.open(standardInput, MAX_FILE_BYTES);
  }

  /** Reads all inputs and closes them. */
  static List<Row> rows(Inputs inputs) {
    List<Row> rows = new ArrayList<>();
    try (inputs) {
      while (inputs.hasNext()) {
        rows.add(row(inputs.next()));
      }
    }
    return rows;
  }

  static Row row(Input input) {
    try {
      return new Row(input.name(), "", new String(input.source().read(), UTF_8));
    } catch (IOException e) {
      return row(input.name(), new UncheckedIOException(e));
    } catch (RuntimeException e) {
      return row(input.name(), e);
    }
  }

  static List<String> names(Object... words) {
    return rows(inputs(words)).stream().map(Row::name).toList();
  }

  /** Each input's name, a space, and the reason of its failure. */
  static List<String> reasons(Object... words) {
    return reasons(inputs(words));
  }

  static List<String> reasons(Inputs inputs) {
    return rows(inputs).stream().map(row -> row.name() + " " + row.reason()).toList();
  }

  static Path fifo(Path path) throws IOException, InterruptedException {
    assertThat(new ProcessBuilder("mkfifo", path.toString()).start().waitFor()).isZero();
    return path;
  }

  private static Row row(String name, RuntimeException failure) {
    return new Row(name, Failures.reason(failure), Failures.message(failure));
  }

  @CommandLine.Command
  private static final class Command {
    @CommandLine.Mixin private final InputOptions options;

    Command(InputOptions options) {
      this.options = options;
    }
  }
}
