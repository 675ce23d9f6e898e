// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli.output;

import io.cardinal.engine.safetensors.FileLayer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Writes a float32 array of two dimensions in NumPy's file format, version 1, row by row. How many
 * rows there are need not be known: the header has room for any number, and gets it in the end.
 */
public final class NpyWriter {
  /** The first bytes of such a file. */
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};

  private static final int BEFORE_HEADER = MAGIC.length + 4;
  private static final int DATA_OFFSET = 128; // a multiple of 64, with room for any two numbers
  private static final int BUFFER_BYTES = 1 << 16;

  private final FileLayer.NewFile file;
  private final int columns;
  private final ByteBuffer buffer =
      ByteBuffer.allocate(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private long values;

  /** {@return the first bytes of such a file; a copy} */
  public static byte[] magic() {
    return MAGIC.clone();
  }

  /** Begins an array; whole rows have to follow, and {@link #finish}. */
  public NpyWriter(FileLayer.NewFile file, int columns) {
    this.file = file;
    this.columns = columns;
    buffer.put(header(0));
  }

  /** Writes values in row-major order. */
  public void write(float[] some) throws IOException {
    for (float value : some) {
      if (buffer.remaining() < Float.BYTES) {
        flush();
      }
      buffer.putFloat(value);
    }
    values += some.length;
  }

  /** Hands on all that was written, and says in the header how many rows there are. */
  public void finish() throws IOException {
    if (values % columns != 0) {
      throw new IllegalStateException(values + " values are no rows of " + columns);
    }
    flush();
    ByteBuffer header = header(values / columns);
    while (header.hasRemaining()) {
      file.write(header, header.position());
    }
  }

  private void flush() throws IOException {
    buffer.flip();
    while (buffer.hasRemaining()) {
      file.write(buffer);
    }
    buffer.clear();
  }

  private ByteBuffer header(long rows) {
    String dictionary =
        "{'descr': '<f4', 'fortran_order': False, 'shape': (" + rows + ", " + columns + "), }";
    int length = DATA_OFFSET - BEFORE_HEADER;
    String text = dictionary + " ".repeat(length - dictionary.length() - 1) + "\n";
    ByteBuffer header = ByteBuffer.allocate(DATA_OFFSET).order(ByteOrder.LITTLE_ENDIAN);
    header.put(MAGIC).put((byte) 1).put((byte) 0).putShort((short) length);
    return header.put(text.getBytes(StandardCharsets.US_ASCII)).flip();
  }
}
