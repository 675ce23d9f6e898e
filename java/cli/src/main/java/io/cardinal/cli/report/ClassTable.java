// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli.report;

import io.cardinal.engine.ModelMetadata;
import java.io.IOException;
import java.util.List;

/** Tables whose rows are about classes. */
final class ClassTable {
  private ClassTable() {}

  /**
   * A row.
   *
   * @param classes whom it is about
   * @param bar the length of its bar, 0 to 1; NaN for none
   * @param numbers what follows the bar
   */
  record Row(List<Integer> classes, double bar, List<String> numbers) {}

  /** What a class is called: its label, and its id where one is known. */
  static String label(String label, String id) {
    String shown = VisibleText.bounded(label);
    return id.isEmpty() ? shown : shown + " (" + VisibleText.bounded(id) + ")";
  }

  static String label(ModelMetadata metadata, int index) {
    List<String> ids = metadata.labelIds();
    return label(metadata.labels().get(index), ids.isEmpty() ? "" : ids.get(index));
  }

  /**
   * Writes a table: classes, a bar, numbers.
   *
   * @param classes headings of the columns of classes
   * @param numbers headings of the columns of numbers
   */
  static void write(
      Html html, ModelMetadata metadata, List<String> classes, List<String> numbers, List<Row> rows)
      throws IOException {
    boolean isWide = classes.size() + numbers.size() > 3;
    html.open("div", "class", "scroll");
    html.open("table", "class", isWide ? "classes wide" : "classes").open("thead").open("tr");
    for (String heading : classes) {
      html.element("th", heading, "scope", "col");
    }
    html.element("td", "");
    for (String heading : numbers) {
      html.element("th", heading, "scope", "col", "class", "number");
    }
    html.close().close().open("tbody");
    for (Row row : rows) {
      html.open("tr");
      for (int index : row.classes()) {
        html.open("td", "class", "label")
            .element("span", Integer.toString(index), "class", "index");
        html.name(label(metadata, index)).close();
      }
      html.open("td", "class", "strip").open("span", "style", Figures.width(row.bar()));
      html.close().close();
      for (String number : row.numbers()) {
        html.element("td", number, "class", "number");
      }
      html.closeLine();
    }
    html.close().close().closeLine();
  }
}
