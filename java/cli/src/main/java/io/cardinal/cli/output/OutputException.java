// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli.output;

import io.cardinal.cli.Console;
import io.cardinal.cli.Failures;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;

/** Output cannot be written: exit code 5, or 141 where the reader of standard output has left. */
public final class OutputException extends RuntimeException {
  /** What standard output is called. */
  public static final String STANDARD_OUTPUT = "standard output";

  private static final long serialVersionUID = 1L;

  private final boolean isClosedPipe;

  /**
   * An output that failed.
   *
   * @param target what was written
   * @param cause why it failed
   */
  public OutputException(String target, IOException cause) {
    super("cannot write " + target + ": " + describe(cause), cause);
    this.isClosedPipe =
        String.valueOf(cause.getMessage()).contains("Broken pipe")
            || (target.equals(STANDARD_OUTPUT) && Console.isPipe()); // some locales translate
  }

  /** A step of writing. */
  interface Step {
    void run() throws IOException;
  }

  /** A step of writing that gives something. */
  interface Supply<T> {
    T get() throws IOException;
  }

  /** Runs a step; its failure becomes one of the target. */
  static <T> T get(Object target, Supply<T> supply) {
    try {
      return supply.get();
    } catch (IOException e) {
      throw new OutputException(target.toString(), e);
    } catch (UncheckedIOException e) { // from the CSV writer
      throw new OutputException(target.toString(), Failures.cause(e));
    }
  }

  /** Runs a step; its failure becomes one of the target. */
  static void run(Object target, Step step) {
    get(
        target,
        () -> {
          step.run();
          return true;
        });
  }

  public boolean isClosedPipe() {
    return isClosedPipe;
  }

  /** The cause; a file that it names is a temporary one, which would say nothing. */
  private static String describe(IOException cause) {
    return cause instanceof NoSuchFileException
        ? "its folder is not there, or takes no files"
        : Failures.cause(cause);
  }
}
