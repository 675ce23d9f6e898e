// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.parquet;

import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.MessageType;
import org.jspecify.annotations.Nullable;

/** Hands records to the library's writer, field by field. */
final class RecordSupport extends WriteSupport<List<@Nullable Object>> {
  private final MessageType columns;
  private RecordConsumer consumer;

  @SuppressWarnings("NullAway.Init") // prepareForWrite comes before write
  private RecordSupport(MessageType columns) {
    this.columns = columns;
  }

  /** Makes a writer of such records. */
  static final class Builder extends ParquetWriter.Builder<List<@Nullable Object>, Builder> {
    private final MessageType columns;

    Builder(OutputFile file, MessageType columns) {
      super(file);
      this.columns = columns;
    }

    @Override
    protected Builder self() {
      return this;
    }

    @Override
    @SuppressWarnings("deprecation") // abstract all the same
    protected WriteSupport<List<@Nullable Object>> getWriteSupport(Configuration hadoop) {
      throw new IllegalStateException("Hadoop's configuration is not used");
    }

    @Override
    protected WriteSupport<List<@Nullable Object>> getWriteSupport(ParquetConfiguration plain) {
      return new RecordSupport(columns);
    }
  }

  @Override
  @SuppressWarnings("deprecation") // abstract all the same
  public WriteContext init(Configuration hadoop) {
    throw new IllegalStateException("Hadoop's configuration is not used");
  }

  @Override
  public WriteContext init(ParquetConfiguration plain) {
    return new WriteContext(columns, Map.of());
  }

  @Override
  public void prepareForWrite(RecordConsumer recordConsumer) {
    consumer = recordConsumer;
  }

  @Override
  public void write(List<@Nullable Object> fields) {
    consumer.startMessage();
    for (int i = 0; i < fields.size(); i++) {
      Object value = fields.get(i);
      if (value != null) {
        String name = columns.getFieldName(i);
        consumer.startField(name, i);
        writeValue(value);
        consumer.endField(name, i);
      }
    }
    consumer.endMessage();
  }

  private void writeValue(Object value) {
    if (value instanceof String text) {
      consumer.addBinary(Binary.fromString(text));
    } else if (value instanceof Integer number) {
      consumer.addInteger(number);
    } else if (value instanceof Float number) {
      consumer.addFloat(number);
    } else {
      writeList((float[]) value);
    }
  }

  /** A list is a group with a group for each element. */
  private void writeList(float[] values) {
    consumer.startGroup();
    consumer.startField("list", 0);
    for (float value : values) {
      consumer.startGroup();
      consumer.startField("element", 0);
      consumer.addFloat(value);
      consumer.endField("element", 0);
      consumer.endGroup();
    }
    consumer.endField("list", 0);
    consumer.endGroup();
  }
}
