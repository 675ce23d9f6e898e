// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.parquet;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.jspecify.annotations.Nullable;

/**
 * A Parquet file on a stream, not compressed: the same records give the same bytes on every
 * machine. Hadoop is not needed. Used on one thread; the stream is the caller's to close.
 */
final class ParquetStream {
  /** What is held in memory before it is written, about. */
  private static final long ROW_GROUP_BYTES = 16L << 20;

  private final OutputStream out;
  private final ParquetWriter<List<@Nullable Object>> writer;

  ParquetStream(OutputStream stream, MessageType columns) throws IOException {
    this.out = new BufferedOutputStream(stream, 1 << 16);
    RecordSupport.Builder builder =
        new RecordSupport.Builder(new Target(out), columns)
            .withConf(new PlainParquetConfiguration())
            .withCodecFactory(new NoCodecs())
            .withCompressionCodec(CompressionCodecName.UNCOMPRESSED)
            .withRowGroupSize(ROW_GROUP_BYTES);
    for (ColumnDescriptor column : columns.getColumns()) {
      if (column.getPrimitiveType().getPrimitiveTypeName() == PrimitiveTypeName.FLOAT) {
        // such numbers hardly come twice: a dictionary would hold them all
        builder.withDictionaryEncoding(String.join(".", column.getPath()), false);
      }
    }
    this.writer = builder.build();
  }

  /**
   * Writes a record.
   *
   * @param fields a string, an int, a float, a list of floats as an array, or null for each column,
   *     as the column says; those that are left out at the end are null
   */
  void write(List<@Nullable Object> fields) throws IOException {
    writer.write(fields);
  }

  /** Writes what is held, and what describes it. */
  void finish() throws IOException {
    writer.close();
    out.flush();
  }

  /** The library's own factory would load Hadoop's codecs. */
  private static final class NoCodecs implements CompressionCodecFactory {
    @Override
    public BytesInputCompressor getCompressor(CompressionCodecName codec) {
      return new BytesInputCompressor() {
        @Override
        public BytesInput compress(BytesInput bytes) {
          return bytes;
        }

        @Override
        public CompressionCodecName getCodecName() {
          return CompressionCodecName.UNCOMPRESSED;
        }

        @Override
        public void release() {
          // holds nothing
        }
      };
    }

    @Override
    public BytesInputDecompressor getDecompressor(CompressionCodecName codec) {
      throw new IllegalStateException("nothing is read");
    }

    @Override
    public void release() {
      // holds nothing
    }
  }

  private record Target(OutputStream out) implements OutputFile {
    @Override
    public PositionOutputStream create(long blockSize) {
      return new PositionOutputStream() {
        private long position;

        @Override
        public long getPos() {
          return position;
        }

        @Override
        public void write(int value) throws IOException {
          out.write(value);
          position++;
        }

        @Override
        public void write(byte[] bytes, int offset, int count) throws IOException {
          out.write(bytes, offset, count);
          position += count;
        }
      };
    }

    @Override
    public PositionOutputStream createOrOverwrite(long blockSize) {
      return create(blockSize);
    }

    @Override
    public boolean supportsBlockSize() {
      return false;
    }

    @Override
    public long defaultBlockSize() {
      return 0;
    }
  }
}
