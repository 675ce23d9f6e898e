// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli.report;

import java.util.Locale;

/**
 * Text from strangers, to look at: characters that cannot be seen, or that turn the order of others
 * around, are shown by their codes.
 */
final class VisibleText {
  private static final int LONGEST = 400;
  private static final int END_KEPT = 150;

  private VisibleText() {}

  /** A text of any length in bounded memory: of a long one, its start, its length and its end. */
  static String bounded(String text) {
    if (text.length() <= LONGEST) {
      return text;
    }
    int length = text.codePointCount(0, text.length());
    if (length <= LONGEST) {
      return text;
    }
    return text.substring(0, text.offsetByCodePoints(0, LONGEST - END_KEPT))
        + String.format(Locale.ROOT, " … (%,d characters) … ", length)
        + text.substring(text.offsetByCodePoints(text.length(), -END_KEPT));
  }

  /** The text with codes in place of what cannot be seen. */
  static String of(String text) {
    if (text.codePoints().noneMatch(VisibleText::isHidden)) {
      return text;
    }
    StringBuilder visible = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              if (isHidden(c)) {
                visible.append(code(c));
              } else {
                visible.appendCodePoint(c);
              }
            });
    return visible.toString();
  }

  /**
   * Whether a character is a control, a separator of lines, an invisible format such as a bidi
   * override, half of a pair, or none at all. The joiners that scripts and emoji need stay.
   */
  static boolean isHidden(int c) {
    boolean isNone = (c & 0xfffe) == 0xfffe || (c >= 0xfdd0 && c <= 0xfdef);
    return isNone
        || switch (Character.getType(c)) {
          case Character.CONTROL,
              Character.LINE_SEPARATOR,
              Character.PARAGRAPH_SEPARATOR,
              Character.SURROGATE ->
              true;
          case Character.FORMAT -> c != '\u200c' && c != '\u200d';
          default -> false;
        };
  }

  /** A character's code as Java and others write it. */
  static String code(int c) {
    return switch (c) {
      case '\n' -> "\\n";
      case '\r' -> "\\r";
      case '\t' -> "\\t";
      default ->
          String.format(
              Locale.ROOT, c < 0x100 ? "\\x%02x" : c < 0x10000 ? "\\u%04x" : "\\u{%x}", c);
    };
  }
}
