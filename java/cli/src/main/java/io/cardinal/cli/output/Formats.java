// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli.output;

import io.cardinal.cli.UsageException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ServiceLoader;

/** The file formats: those of this jar, and those of others on the class path. */
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
      default ->
          ServiceLoader.load(RowFormat.class).stream()
              .map(ServiceLoader.Provider::get)
              .filter(format -> format.name().equals(name))
              .findFirst()
              .orElseThrow(
                  () ->
                      name.equals("parquet")
                          ? noParquet("--format parquet")
                          : new UsageException(
                              "--format takes table, csv, jsonl or parquet, not " + name));
    };
  }

  /** A format of vectors; {@link UsageException} if there is none of that name. */
  static VectorFormat vectors(String name) {
    if (name.equals("npy")) {
      return NpyVectors.FORMAT;
    }
    return ServiceLoader.load(VectorFormat.class).stream()
        .map(ServiceLoader.Provider::get)
        .filter(format -> format.name().equals(name))
        .findFirst()
        .orElseThrow(() -> noParquet("--features in parquet"));
  }

  private static UsageException noParquet(String what) {
    return new UsageException(
        what
            + " needs the jar cardinal-parquet beside this one: java -cp"
            + " cardinal.jar:cardinal-parquet.jar io.cardinal.cli.Main, or CARDINAL_CLASSPATH for"
            + " the launcher");
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
