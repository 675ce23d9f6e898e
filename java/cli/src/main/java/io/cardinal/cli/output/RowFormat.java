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
 * @param text what writes the rows
 */
record RowFormat(String name, TextRows text) {
  /** Begins rows. */
  interface TextRows {
    Rows open(Writer out, RowStyle style) throws IOException;
  }

  /** The format of that name; {@link UsageException} if there is none. */
  static RowFormat named(String name) {
    return switch (name) {
      case "csv" -> new RowFormat(name, CsvRows::new);
      case "jsonl" -> new RowFormat(name, JsonRows::new);
      default -> throw new UsageException("--format takes table, csv or jsonl, not " + name);
    };
  }

  /** Begins rows; the stream is the caller's to close. */
  Rows open(OutputStream out, RowStyle style) throws IOException {
    return text.open(new OutputStreamWriter(out, StandardCharsets.UTF_8), style);
  }
}
