// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

/** What the process tells its caller. Interrupts end it with 130 (SIGINT) or 143 (SIGTERM). */
final class ExitCode {
  /** All good. */
  static final int OK = 0;

  /** Finished, some inputs failed. */
  static final int SOME_FAILED = 1;

  /** Wrong usage, or nothing to do. */
  static final int USAGE = 2;

  /** The model or the weights cannot be used. */
  static final int MODEL = 3;

  /** Native libraries, the machine or its memory. */
  static final int NATIVE = 4;

  /** Output could not be written. */
  static final int OUTPUT = 5;

  /** A bug of ours. */
  static final int BUG = 70;

  /** Standard output was closed early, as by {@code head}. */
  static final int PIPE = 141;

  private ExitCode() {}
}
