// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.benchmarks.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;

/** The files of a checkout that hold measured figures: the raw ones, and two pages made of them. */
final class Pages {
  /** The raw figures, from the checkout's root. */
  static final String RESULTS = "benchmarks/results.json";

  /** What stands before the part of a page that is written here. */
  static final String BEGIN = "<!-- begin: benchmarks/run writes this part -->\n";

  /** What stands after it. */
  static final String END = "<!-- end: benchmarks/run -->\n";

  private Pages() {}

  /** Each page's name, from the checkout's root, and its whole new text. */
  static Map<String, String> render(Path root, Results results) throws IOException {
    Tables tables = new Tables(results);
    Map<String, String> pages = new LinkedHashMap<>();
    pages.put("benchmarks/README.md", tables.all());
    pages.put("docs/resnext.md", tables.blockFormsPage());
    for (Map.Entry<String, String> page : pages.entrySet()) {
      String text = Files.readString(root.resolve(page.getKey()));
      int begin = text.indexOf(BEGIN);
      int end = text.indexOf(END);
      if (begin < 0 || end < begin) {
        throw new IOException(page.getKey() + " lacks the marks of the part to write: " + BEGIN);
      }
      String before = text.substring(0, begin + BEGIN.length());
      page.setValue(before + "\n" + page.getValue() + "\n" + text.substring(end));
    }
    return pages;
  }

  /** Writes the raw figures and the pages: each file whole, or not at all. */
  static void write(Path root, Results results) throws IOException {
    Map<String, String> files = render(root, results);
    files.put(RESULTS, results.toJson());
    for (Map.Entry<String, String> file : files.entrySet()) {
      Files.writeString(unfinished(root, file.getKey()), file.getValue());
    }
    for (String file : files.keySet()) {
      Files.move(unfinished(root, file), root.resolve(file), StandardCopyOption.ATOMIC_MOVE);
    }
  }

  private static Path unfinished(Path root, String file) {
    return root.resolve(file + ".unfinished");
  }
}
