// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli.inputs;

import io.cardinal.cli.UsageException;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Patterns of paths: {@code *} and {@code ?} within a name, <code>**</code> over folders too,
 * {@code [a-z]}, {@code [!a-z]}, <code>{jpg,png}</code>, and a backslash before a character that
 * means itself.
 */
final class Glob {
  private static final String SPECIAL = "*?[{";

  private final String glob;
  private final StringBuilder regex = new StringBuilder();
  private int at;
  private int braces;

  private Glob(String glob) {
    this.glob = glob;
  }

  /** Whether a text may be a pattern. */
  static boolean isGlob(String text) {
    return text.chars().anyMatch(c -> SPECIAL.indexOf(c) >= 0);
  }

  /** How much of a pattern names a folder: up to and with the last slash before what is special. */
  static int folderLength(String glob) {
    int special = 0;
    while (special < glob.length() && SPECIAL.indexOf(glob.charAt(special)) < 0) {
      special++;
    }
    return glob.lastIndexOf('/', special) + 1;
  }

  /** The pattern for whole paths; {@link UsageException} for one that makes no sense. */
  static Pattern compile(String glob) {
    try {
      return Pattern.compile(new Glob(glob).translate(), Pattern.DOTALL);
    } catch (PatternSyntaxException e) {
      throw new UsageException("'" + glob + "' is no pattern: " + e.getDescription(), e);
    }
  }

  private String translate() {
    boolean hasClosed = glob.indexOf('}') >= 0;
    while (at < glob.length()) {
      char c = glob.charAt(at++);
      switch (c) {
        case '*' -> star();
        case '?' -> regex.append("[^/]");
        case '[' -> characters();
        case '\\' -> literal(at < glob.length() ? glob.charAt(at++) : c);
        case '{' -> {
          if (hasClosed) {
            braces++;
            regex.append("(?:");
          } else {
            literal(c);
          }
        }
        case '}' -> {
          if (braces > 0) {
            braces--;
            regex.append(')');
          } else {
            literal(c);
          }
        }
        case ',' -> regex.append(braces > 0 ? "|" : ",");
        default -> literal(c);
      }
    }
    return regex.toString();
  }

  private void star() {
    if (at == glob.length() || glob.charAt(at) != '*') {
      regex.append("[^/]*");
      return;
    }
    boolean isStart = at == 1 || glob.charAt(at - 2) == '/';
    at++;
    if (isStart && at < glob.length() && glob.charAt(at) == '/') {
      at++;
      regex.append("(?:[^/]+/)*"); // any number of folders, none too
    } else {
      regex.append(".*");
    }
  }

  private void characters() {
    int first = at < glob.length() && "!^".indexOf(glob.charAt(at)) >= 0 ? at + 1 : at;
    int end = glob.indexOf(']', first + 1); // one that comes first is a character
    if (end < 0) {
      literal('[');
      return;
    }
    regex.append(first > at ? "[^/" : "[");
    for (int i = first; i < end; i++) {
      char c = glob.charAt(i);
      if (c != '-' || i == first || i == end - 1) {
        regex.append(c == '-' || "\\[]^&~".indexOf(c) >= 0 ? "\\" : "");
      }
      regex.append(c);
    }
    regex.append(']');
    at = end + 1;
  }

  private void literal(char c) {
    if (c < 128 && !Character.isLetterOrDigit(c)) {
      regex.append('\\');
    }
    regex.append(c);
  }
}
