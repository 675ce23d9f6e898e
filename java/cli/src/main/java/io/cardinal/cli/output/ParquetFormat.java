// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli.output;

import io.cardinal.cli.UsageException;
import io.cardinal.cli.Version;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ServiceLoader;

/** Parquet files, which a jar of its own writes. */
public interface ParquetFormat {
  /** What the format is called on the command line. */
  String NAME = "parquet";

  /** Begins rows; the stream is the caller's to close. */
  Rows rows(OutputStream out, RowStyle style) throws IOException;

  /** Begins vectors; the stream is the caller's to close. */
  Vectors vectors(OutputStream out) throws IOException;

  /** The format; {@link UsageException} where its jar is not on the class path. */
  static ParquetFormat find() {
    return ServiceLoader.load(ParquetFormat.class, ParquetFormat.class.getClassLoader())
        .findFirst()
        .orElseThrow(
            () -> {
              String jar = "cardinal-parquet-" + Version.cardinal() + ".jar";
              return new UsageException(
                  "Parquet needs "
                      + jar
                      + " on the class path: CARDINAL_CLASSPATH="
                      + jar
                      + " ./cardinal ..., or java -cp cardinal.jar:"
                      + jar
                      + " io.cardinal.cli.Main ...");
            });
  }
}
