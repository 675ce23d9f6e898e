// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

/** A run was asked to end and has ended in good order; the exit code is the signal's. */
final class StoppedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int exitCode;

  StoppedException(String message, int exitCode) {
    super(message);
    this.exitCode = exitCode;
  }

  int exitCode() {
    return exitCode;
  }
}
