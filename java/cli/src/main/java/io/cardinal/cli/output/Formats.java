// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli.output;

import io.cardinal.cli.UsageException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;

/** The file formats of rows. */
final class Formats {
  private static final RowFormat CSV = text("csv", CsvRows::new);
  private static final RowFormat JSONL = text("jsonl", JsonRows::new);

  private interface TextRows {
    Rows open(Writer out, RowStyle style) throws IOException;
  }

  private Formats() {}

  /** A format of rows; {@link UsageException} if there is none of that name. */
  static RowFormat rows(String name) {
    return switch (name) {
      case "csv" -> CSV;
      case "jsonl" -> JSONL;
      default -> throw new UsageException("--format takes table, csv or jsonl, not " + name);
    };
  }

  private static RowFormat text(String name, TextRows rows) {
    return new RowFormat() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public Rows open(OutputStream out, RowStyle style) throws IOException {
        return rows.open(new OutputStreamWriter(out, StandardCharsets.UTF_8), style);
      }
    };
  }
}
