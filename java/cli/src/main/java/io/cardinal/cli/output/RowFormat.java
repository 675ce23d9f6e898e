// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli.output;

import io.cardinal.cli.UsageException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;

/**
 * A file format of rows.
 *
 * @param name what it is called on the command line; its files' names end so
 * @param opener what writes the rows
 */
record RowFormat(String name, Opener opener) {
  /** Begins rows; the stream is the caller's to close. */
  interface Opener {
    Rows open(OutputStream out, RowStyle style) throws IOException;
  }

  /** Begins rows of text. */
  interface TextRows {
    Rows open(Writer out, RowStyle style) throws IOException;
  }

  /** The format of that name; {@link UsageException} if there is none. */
  static RowFormat named(String name) {
    return switch (name) {
      case "csv" -> text(name, CsvRows::new);
      case "jsonl" -> text(name, JsonRows::new);
      case ParquetFormat.NAME -> new RowFormat(name, ParquetFormat.find()::rows);
      default ->
          throw new UsageException("--format takes table, csv, jsonl or parquet, not " + name);
    };
  }

  /** A format of text in UTF-8. */
  static RowFormat text(String name, TextRows rows) {
    return new RowFormat(
        name,
        (out, style) -> rows.open(new OutputStreamWriter(out, StandardCharsets.UTF_8), style));
  }
}
