// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli.inputs;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Which files of folders and archives are inputs, by their names. Immutable. */
final class NameFilter {
  private static final Set<String> ENDINGS =
      Set.of("jpg", "jpeg", "jpe", "jfif", "png", "webp", "gif", "bmp", "tif", "tiff");

  private final List<Rule> includes;
  private final List<Rule> excludes;

  /** A pattern of names where it has no slash, else one of paths. */
  private static final class Rule {
    private final Pattern pattern;
    private final boolean isOfPath;

    Rule(String glob) {
      this.pattern = Glob.compile(glob);
      this.isOfPath = glob.indexOf('/') >= 0;
    }

    boolean matches(String path) {
      String text = isOfPath ? path : path.substring(path.lastIndexOf('/') + 1);
      return pattern.matcher(text).matches();
    }
  }

  /**
   * Images that match an include, if there is one, and no exclude.
   *
   * @param includes patterns
   * @param excludes patterns
   */
  NameFilter(List<String> includes, List<String> excludes) {
    this.includes = includes.stream().map(Rule::new).toList();
    this.excludes = excludes.stream().map(Rule::new).toList();
  }

  /** Whether a path inside a folder or an archive is that of an image that is wanted. */
  boolean accepts(String path) {
    return isImage(path)
        && (includes.isEmpty() || includes.stream().anyMatch(rule -> rule.matches(path)))
        && excludes.stream().noneMatch(rule -> rule.matches(path));
  }

  /** Whether a name ends as those of images do. */
  static boolean isImage(String name) {
    int dot = name.lastIndexOf('.');
    return dot >= 0 && ENDINGS.contains(name.substring(dot + 1).toLowerCase(Locale.ROOT));
  }

  /** Whether a file, or a folder that it lies in, begins with a dot. */
  static boolean isHidden(String path) {
    for (String name : path.split("/", -1)) {
      if (name.startsWith(".") && !name.equals(".") && !name.equals("..")) {
        return true;
      }
    }
    return false;
  }
}
