// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine;

/** Composes the one-line messages of this package's exceptions. */
final class Message {
  private Message() {}

  /** {@code what: expected E, found F; remedy}, each part left out where it is empty. */
  static String compose(String what, String expected, String found, String remedy) {
    StringBuilder text = new StringBuilder(what);
    if (!expected.isEmpty()) {
      text.append(": expected ").append(expected);
    }
    if (!found.isEmpty()) {
      text.append(expected.isEmpty() ? ": found " : ", found ").append(found);
    }
    if (!remedy.isEmpty()) {
      text.append("; ").append(remedy);
    }
    return oneLine(text);
  }

  /** Control characters would break the line, or the terminal, that the message is shown on. */
  private static String oneLine(CharSequence text) {
    StringBuilder line = new StringBuilder(text.length());
    text.codePoints()
        .map(c -> Character.isISOControl(c) || c == 0x2028 || c == 0x2029 ? ' ' : c)
        .forEach(line::appendCodePoint);
    return line.toString();
  }
}
