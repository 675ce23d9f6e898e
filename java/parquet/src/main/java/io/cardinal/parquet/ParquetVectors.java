// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.parquet;

import static org.apache.parquet.schema.LogicalTypeAnnotation.stringType;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.BINARY;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.FLOAT;

import io.cardinal.cli.output.Vectors;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Types;
import org.jspecify.annotations.Nullable;

/** Paths and lists of floats; null where there is no vector. */
final class ParquetVectors implements Vectors {
  private static final MessageType COLUMNS =
      Types.buildMessage()
          .required(BINARY)
          .as(stringType())
          .named("path")
          .optionalList()
          .requiredElement(FLOAT)
          .named("features")
          .named("vectors");

  private final ParquetStream stream;

  ParquetVectors(OutputStream out) throws IOException {
    this.stream = new ParquetStream(out, COLUMNS);
  }

  @Override
  public void row(String name, float @Nullable [] vector) throws IOException {
    stream.write(Arrays.asList(name, vector));
  }

  @Override
  public void finish() throws IOException {
    stream.finish();
  }
}
