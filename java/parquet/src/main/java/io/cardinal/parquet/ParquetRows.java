// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.parquet;

import static org.apache.parquet.schema.LogicalTypeAnnotation.stringType;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.BINARY;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.FLOAT;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.INT32;

import io.cardinal.Outcome;
import io.cardinal.Prediction;
import io.cardinal.cli.Failures;
import io.cardinal.cli.output.RowStyle;
import io.cardinal.cli.output.Rows;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Types;
import org.jspecify.annotations.Nullable;

/** Rows with the columns of CSV; null where CSV has an empty field. */
final class ParquetRows implements Rows {
  private final ParquetStream stream;
  private final int ranks;
  private final boolean hasLogits;

  ParquetRows(OutputStream out, RowStyle style) throws IOException {
    this.stream = new ParquetStream(out, columns(style));
    this.ranks = style.ranks();
    this.hasLogits = style.hasLogits();
  }

  private static MessageType columns(RowStyle style) {
    Types.MessageTypeBuilder columns = Types.buildMessage();
    columns.required(BINARY).as(stringType()).named("path");
    columns.required(BINARY).as(stringType()).named("status");
    columns.optional(BINARY).as(stringType()).named("error");
    columns.optional(BINARY).as(stringType()).named("message");
    for (int rank = 1; rank <= style.ranks(); rank++) {
      String prefix = "rank" + rank;
      columns.optional(BINARY).as(stringType()).named(prefix + "_label");
      columns.optional(INT32).named(prefix + "_index");
      columns.optional(FLOAT).named(prefix + (style.hasLogits() ? "_logit" : "_probability"));
    }
    return columns.named("rows");
  }

  @Override
  public void begin() {
    // what describes the columns stands behind the rows
  }

  @Override
  public void row(String name, Outcome<?> outcome) throws IOException {
    List<@Nullable Object> fields = new ArrayList<>();
    fields.add(name);
    if (outcome.classification().isPresent()) {
      fields.add("ok");
      fields.add(null);
      fields.add(null);
      for (Prediction each : outcome.classification().get().top(ranks)) {
        fields.add(each.label());
        fields.add(each.index());
        fields.add(hasLogits ? each.logit() : each.probability());
      }
    } else {
      RuntimeException failure = outcome.failure().orElseThrow();
      fields.add("failed");
      fields.add(Failures.reason(failure));
      fields.add(Failures.message(failure));
    }
    stream.write(fields);
  }

  @Override
  public void flush() {
    // rows are handed on in large groups
  }

  @Override
  public void finish() throws IOException {
    stream.finish();
  }
}
