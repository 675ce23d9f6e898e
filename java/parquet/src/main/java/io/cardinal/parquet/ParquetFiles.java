// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.parquet;

import io.cardinal.cli.output.ParquetFormat;
import io.cardinal.cli.output.RowStyle;
import io.cardinal.cli.output.Rows;
import io.cardinal.cli.output.Vectors;
import java.io.IOException;
import java.io.OutputStream;

/** Parquet files as the command finds them. Immutable. */
public final class ParquetFiles implements ParquetFormat {
  @Override
  public Rows rows(OutputStream out, RowStyle style) throws IOException {
    return new ParquetRows(out, style);
  }

  @Override
  public Vectors vectors(OutputStream out) throws IOException {
    return new ParquetVectors(out);
  }
}
