// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli.output;

import io.cardinal.Outcome;
import io.cardinal.Prediction;
import io.cardinal.cli.Console;
import io.cardinal.cli.Failures;
import io.cardinal.engine.ModelMetadata;
import java.io.IOException;
import java.io.Writer;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** A table to read: names in one column, then a column for each rank. */
final class TableRows implements Rows {
  private static final int WIDEST_NAME = 60;
  private static final int WIDEST_LABEL = 32;

  private final Writer out;
  private final int ranks;
  private final boolean hasLogits;
  private final int nameWidth;
  private final int cellWidth;

  /**
   * A table.
   *
   * @param names those that will come, as far as they are known, for the width of the names
   * @param classes all that may come, for the width of the answers
   */
  TableRows(Writer out, RowStyle style, List<String> names, ModelMetadata classes) {
    this.out = out;
    this.ranks = style.ranks();
    this.hasLogits = style.hasLogits();
    this.nameWidth = width(names, WIDEST_NAME);
    List<String> labels =
        IntStream.range(0, classes.labels().size())
            .mapToObj(
                i ->
                    shown(
                        classes.labels().get(i),
                        classes.labelIds().isEmpty() ? "" : classes.labelIds().get(i)))
            .toList();
    this.cellWidth = width(labels, WIDEST_LABEL) + (hasLogits ? 9 : 8);
  }

  @Override
  public void begin() throws IOException {
    StringBuilder line = new StringBuilder(pad("image", nameWidth));
    for (int rank = 1; rank <= ranks; rank++) {
      line.append("  ").append(pad("rank " + rank, cellWidth));
    }
    write(line);
  }

  @Override
  public void row(String name, Outcome<?> outcome) throws IOException {
    StringBuilder line = new StringBuilder(pad(Console.escape(name), nameWidth));
    if (outcome.classification().isPresent()) {
      for (Prediction each : outcome.classification().get().top(ranks)) {
        line.append("  ").append(cell(each));
      }
    } else {
      RuntimeException failure = outcome.failure().orElseThrow();
      line.append("  failed: ")
          .append(Failures.reason(failure))
          .append(": ")
          .append(Console.escape(Failures.message(failure)));
    }
    write(line);
  }

  @Override
  public void flush() throws IOException {
    out.flush();
  }

  private String cell(Prediction prediction) {
    String shown = shown(prediction.label(), prediction.id());
    String number =
        hasLogits
            ? String.format(Locale.ROOT, "%8.3f", prediction.logit())
            : String.format(Locale.ROOT, "%5.1f %%", 100 * prediction.probability());
    int labelWidth = cellWidth - (hasLogits ? 9 : 8);
    return pad(cut(Console.escape(shown), labelWidth), labelWidth) + " " + number;
  }

  private static String shown(String label, String id) {
    return id.isEmpty() ? label : label + " (" + id + ")";
  }

  private void write(StringBuilder line) throws IOException {
    out.write(line.toString().stripTrailing());
    out.write('\n');
  }

  private static int width(List<String> texts, int widest) {
    int longest =
        texts.stream()
            .map(Console::escape)
            .mapToInt(text -> text.codePointCount(0, text.length()))
            .max()
            .orElse(0);
    return Math.max(5, Math.min(longest, widest));
  }

  private static String pad(String text, int width) {
    return text + " ".repeat(Math.max(0, width - text.codePointCount(0, text.length())));
  }

  private static String cut(String text, int width) {
    return text.codePointCount(0, text.length()) <= width
        ? text
        : text.substring(0, text.offsetByCodePoints(0, width - 1)) + "…";
  }
}
