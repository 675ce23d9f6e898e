// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

import io.cardinal.cli.output.OutputException;
import io.cardinal.engine.safetensors.FileLayer;
import java.io.BufferedOutputStream;
import java.io.BufferedWriter;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The process's outputs: data on standard output, everything else on standard error, UTF-8 both,
 * and result files.
 *
 * <p>Standard output is written without a {@link PrintStream}, which would hide that its reader
 * left.
 */
public final class Console {
  private final OutputStream out;
  private final PrintStream err;
  private final FileLayer files;

  /** Outputs of any kind, for tests. */
  Console(OutputStream out, PrintStream err) {
    this(out, err, FileLayer.REAL);
  }

  /** Outputs and files of any kind, for tests. */
  Console(OutputStream out, PrintStream err, FileLayer files) {
    this.out = out;
    this.err = err;
    this.files = files;
  }

  /** Those of this process. */
  static Console ofProcess() {
    return new Console(
        new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 1 << 16),
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8));
  }

  /** What result files are written by. */
  public FileLayer files() {
    return files;
  }

  /** Standard output for bytes. */
  public OutputStream out() {
    return out;
  }

  /** Standard output for text; the caller flushes it. */
  Writer writer() {
    return new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
  }

  /** Writes text to standard output. */
  void print(String text) {
    try {
      out.write(text.getBytes(StandardCharsets.UTF_8));
      out.flush();
    } catch (IOException e) {
      throw new OutputException(OutputException.STANDARD_OUTPUT, e);
    }
  }

  /** Writes a line to standard error, control characters escaped. */
  void note(String line) {
    err.println(escape(line));
  }

  /** Writes text to standard error as it is. */
  void raw(String text) {
    err.print(text);
    err.flush();
  }

  PrintStream err() {
    return err;
  }

  /** Whether standard error is a terminal. */
  static boolean isTerminal() {
    String target = descriptor(2);
    return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
  }

  /** Whether standard output is a pipe or a socket: nothing but a reader that left can fail it. */
  public static boolean isPipe() {
    String target = descriptor(1);
    return target.startsWith("pipe:") || target.startsWith("socket:");
  }

  private static String descriptor(int number) {
    try {
      return Files.readSymbolicLink(Path.of("/proc/self/fd/" + number)).toString();
    } catch (IOException e) {
      return "";
    }
  }

  /**
   * Control characters as {@code \n}, {@code \t} or {@code \x1b}: a name cannot move the cursor.
   */
  public static String escape(String text) {
    if (text.chars().noneMatch(c -> Character.isISOControl(c) || c == '\u2028' || c == '\u2029')) {
      return text;
    }
    StringBuilder safe = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              if (c == '\n') {
                safe.append("\\n");
              } else if (c == '\t') {
                safe.append("\\t");
              } else if (c == '\r') {
                safe.append("\\r");
              } else if (Character.isISOControl(c) || c == 0x2028 || c == 0x2029) {
                safe.append(String.format("\\x%02x", c));
              } else {
                safe.appendCodePoint(c);
              }
            });
    return safe.toString();
  }
}
