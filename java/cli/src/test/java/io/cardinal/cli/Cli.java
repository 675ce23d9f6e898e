// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import io.cardinal.testing.Golden;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Runs command lines in this process. */
final class Cli {
  static final Path PHOTOS = Golden.root().resolve("examples/photos");
  static final Path FROG = PHOTOS.resolve("frog.jpg");
  static final Path MODEL = Golden.root().resolve("models/resnext29_8x4d-cifar10.safetensors");

  /**
   * What a command left.
   *
   * @param exit its exit code
   * @param out its standard output
   * @param err its standard error
   */
  record Result(int exit, byte[] out, String err) {
    String text() {
      return new String(out, UTF_8);
    }

    List<String> lines() {
      return text().lines().toList();
    }

    /** Records of CSV, the header first. */
    List<List<String>> csv() {
      return records(text());
    }

    /** The lines of standard error that are the command's own. */
    List<String> notes() {
      return err.lines().toList();
    }
  }

  private Cli() {}

  static Result run(Object... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console console = new Console(out, new PrintStream(err, true, UTF_8));
    int exit =
        Main.run(console, Arrays.stream(arguments).map(String::valueOf).toArray(String[]::new));
    return new Result(exit, out.toByteArray(), err.toString(UTF_8));
  }

  /** Runs a command with a standard input. */
  static Result runWith(byte[] standardInput, Object... arguments) {
    InputStream before = System.in;
    System.setIn(new ByteArrayInputStream(standardInput));
    try {
      return run(arguments);
    } finally {
      System.setIn(before);
    }
  }

  static List<List<String>> records(String csv) {
    return CsvReader.builder().ofCsvRecord(csv).stream().map(CsvRecord::getFields).toList();
  }
}
