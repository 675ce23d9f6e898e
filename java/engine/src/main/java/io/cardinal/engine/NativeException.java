// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine;

/**
 * The machine, its libraries or its memory do not let the engine work.
 *
 * <p>The message is one line: what failed, what was expected, what was found, what to do.
 */
public final class NativeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What stands in the way. */
  public enum Reason {
    /** The CPU lacks instructions that are needed. */
    UNSUPPORTED_CPU,
    /** The operating system or the processor architecture is not served. */
    UNSUPPORTED_PLATFORM,
    /** The C library is missing, too old, or of another kind. */
    C_LIBRARY,
    /** The folder for native libraries cannot be used. */
    CACHE,
    /** A native library cannot be loaded. */
    LIBRARY,
    /** Native memory: over the budget, or refused by the system. */
    MEMORY,
    /** oneDNN refused a call. */
    ENGINE
  }

  /** Why; not null. */
  private final Reason reason;

  /**
   * The failure; its message is made of what follows.
   *
   * @param reason why
   * @param what what failed
   * @param expected what was expected; may be empty
   * @param found what was found; may be empty
   * @param remedy what to do; may be empty
   */
  public NativeException(Reason reason, String what, String expected, String found, String remedy) {
    super(Message.compose(what, expected, found, remedy));
    this.reason = reason;
  }

  /**
   * As the other constructor, with the cause.
   *
   * @param reason why
   * @param what what failed
   * @param expected what was expected; may be empty
   * @param found what was found; may be empty
   * @param remedy what to do; may be empty
   * @param cause what led to it
   */
  public NativeException(
      Reason reason, String what, String expected, String found, String remedy, Throwable cause) {
    super(Message.compose(what, expected, found, remedy), cause);
    this.reason = reason;
  }

  /** {@return what stands in the way} */
  public Reason reason() {
    return reason;
  }
}
