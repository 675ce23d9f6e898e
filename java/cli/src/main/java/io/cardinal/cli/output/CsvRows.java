// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli.output;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import io.cardinal.Outcome;
import io.cardinal.Prediction;
import io.cardinal.cli.Failures;
import io.cardinal.cli.Numbers;
import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;

/** RFC 4180 with {@code \n}; the columns are a contract. */
final class CsvRows implements Rows {
  private final CsvWriter csv;
  private final int ranks;
  private final boolean hasLogits;

  CsvRows(Writer out, RowStyle style) {
    this.csv = CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(out);
    this.ranks = style.ranks();
    this.hasLogits = style.hasLogits();
  }

  @Override
  public void begin() {
    List<String> columns = new ArrayList<>(List.of("path", "status", "error", "message"));
    for (int rank = 1; rank <= ranks; rank++) {
      columns.add("rank" + rank + "_label");
      columns.add("rank" + rank + "_index");
      columns.add("rank" + rank + (hasLogits ? "_logit" : "_probability"));
    }
    csv.writeRecord(columns);
  }

  @Override
  public void row(String name, Outcome<?> outcome) {
    List<String> fields = new ArrayList<>();
    fields.add(name);
    outcome
        .classification()
        .ifPresentOrElse(
            answer -> {
              fields.addAll(List.of("ok", "", ""));
              for (Prediction each : answer.top(ranks)) {
                fields.add(each.label());
                fields.add(Integer.toString(each.index()));
                fields.add(Numbers.shortest(hasLogits ? each.logit() : each.probability()));
              }
            },
            () -> {
              RuntimeException failure = outcome.failure().orElseThrow();
              fields.add("failed");
              fields.add(Failures.reason(failure));
              fields.add(Failures.message(failure));
              for (int i = 0; i < 3 * ranks; i++) {
                fields.add("");
              }
            });
    csv.writeRecord(fields);
  }

  @Override
  public void flush() throws IOException {
    csv.flush();
  }
}
