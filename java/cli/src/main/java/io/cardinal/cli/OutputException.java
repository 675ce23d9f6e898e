// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

import java.io.IOException;

/** Output cannot be written: exit code 5, or 141 where the reader of standard output has left. */
final class OutputException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean isClosedPipe;

  /**
   * An output that failed.
   *
   * @param target what was written
   * @param cause why it failed
   */
  OutputException(String target, IOException cause) {
    super("cannot write " + target + ": " + Failures.describe(cause), cause);
    String text = String.valueOf(cause.getMessage());
    this.isClosedPipe = text.contains("Broken pipe") || text.contains("Connection reset");
  }

  boolean isClosedPipe() {
    return isClosedPipe;
  }
}
