// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

import java.util.Objects;

/**
 * A picture file is refused, or its picture cannot be brought to the size that a model wants.
 *
 * <p>The message is one line: what is wrong, what was expected, what was found, what to do. It does
 * not name the file, which this package never sees the name of.
 */
public final class ImageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Why a picture is refused. */
  public enum Reason {
    /** The file has no bytes. */
    EMPTY,
    /** The first bytes are those of no known kind of picture. */
    NOT_AN_IMAGE,
    /** A picture of a kind, or with a property, that is not read. */
    UNSUPPORTED,
    /** The file ends before its picture does. */
    TRUNCATED,
    /** The file contradicts itself or its format. */
    CORRUPT,
    /** The file has more bytes than are allowed. */
    TOO_MANY_BYTES,
    /** The header states more pixels than are allowed. */
    TOO_MANY_PIXELS,
    /** Decoding would take out of proportion to the size of the picture. */
    TOO_MUCH_WORK
  }

  /** Why the picture is refused. */
  private final Reason reason;

  /** What is wrong. */
  private final String what;

  /** What was expected instead. */
  private final String expected;

  /** What was found. */
  private final String found;

  /** What to do. */
  private final String remedy;

  /**
   * Makes a refusal; no text may contain a line break.
   *
   * @param reason why
   * @param what what is wrong, such as "the JPEG file is cut short"
   * @param expected what was expected instead
   * @param found what was found
   * @param remedy what the owner of the file can do
   */
  public ImageException(Reason reason, String what, String expected, String found, String remedy) {
    this.reason = Objects.requireNonNull(reason);
    this.what = what;
    this.expected = expected;
    this.found = found;
    this.remedy = remedy;
  }

  /** One line: what is wrong, what was expected, what was found, what to do. */
  @Override
  public String getMessage() {
    return what + ": expected " + expected + ", found " + found + "; " + remedy;
  }

  /** {@return why the picture is refused} */
  public Reason reason() {
    return reason;
  }

  /** {@return what is wrong} */
  public String what() {
    return what;
  }

  /** {@return what was expected instead} */
  public String expected() {
    return expected;
  }

  /** {@return what was found} */
  public String found() {
    return found;
  }

  /** {@return what to do} */
  public String remedy() {
    return remedy;
  }
}
