// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.api.ReadSupport;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.io.LocalInputFile;

/** Reads files with Parquet's own reader. */
final class ParquetReading {
  private ParquetReading() {}

  /** The records of a file, in order. */
  static List<Group> read(Path file) throws IOException {
    ParquetReader.Builder<Group> builder =
        new ParquetReader.Builder<>(new LocalInputFile(file), new PlainParquetConfiguration()) {
          @Override
          protected ReadSupport<Group> getReadSupport() {
            return new GroupReadSupport();
          }
        };
    List<Group> records = new ArrayList<>();
    try (ParquetReader<Group> reader = builder.build()) {
      for (Group record = reader.read(); record != null; record = reader.read()) {
        records.add(record);
      }
    }
    return records;
  }

  /** How many records each group of a file has. */
  static List<Long> groups(Path file) throws IOException {
    try (ParquetFileReader reader =
        ParquetFileReader.open(
            new LocalInputFile(file),
            ParquetReadOptions.builder(new PlainParquetConfiguration()).build())) {
      return reader.getRowGroups().stream().map(BlockMetaData::getRowCount).toList();
    }
  }

  /** The text of a column, or an empty one where it has none. */
  static String text(Group record, String column) {
    return isNull(record, column) ? "" : record.getString(column, 0);
  }

  static boolean isNull(Group record, String column) {
    return record.getFieldRepetitionCount(column) == 0;
  }

  /** The list of floats in a column. */
  static float[] floats(Group record, String column) {
    Group list = record.getGroup(column, 0);
    float[] values = new float[list.getFieldRepetitionCount("list")];
    for (int i = 0; i < values.length; i++) {
      values[i] = list.getGroup("list", i).getFloat("element", 0);
    }
    return values;
  }
}
