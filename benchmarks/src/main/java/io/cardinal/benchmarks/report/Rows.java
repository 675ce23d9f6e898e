// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.benchmarks.report;

/** A Markdown table; its first column is text, the others are figures. */
final class Rows {
  private final int columns;
  private final StringBuilder text = new StringBuilder();
  private boolean isEmpty = true;

  Rows(String... titles) {
    columns = titles.length;
    line(titles);
    text.append("|---|").append("---:|".repeat(columns - 1)).append('\n');
  }

  void add(String... cells) {
    if (cells.length != columns) {
      throw new IllegalArgumentException(columns + " columns, but " + cells.length + " cells");
    }
    line(cells);
    isEmpty = false;
  }

  private void line(String... cells) {
    text.append("| ").append(String.join(" | ", cells)).append(" |\n");
  }

  /** The table; empty if it has no row. */
  String text() {
    return isEmpty ? "" : text.toString();
  }
}
