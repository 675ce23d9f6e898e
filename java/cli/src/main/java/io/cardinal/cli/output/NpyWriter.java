// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli.output;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;

/** Writes a float32 array of two dimensions in NumPy's file format, version 1, row by row. */
public final class NpyWriter {
  /** The first bytes of such a file. */
  public static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};

  private static final int ALIGNMENT = 64;
  private static final int BEFORE_HEADER = MAGIC.length + 4;
  private static final int BUFFER_BYTES = 1 << 16;

  private final WritableByteChannel channel;
  private final ByteBuffer buffer =
      ByteBuffer.allocate(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);

  /** Begins an array; as many rows have to follow, and a {@link #flush}. */
  public NpyWriter(WritableByteChannel channel, int rows, int columns) {
    this.channel = channel;
    String dictionary =
        "{'descr': '<f4', 'fortran_order': False, 'shape': (" + rows + ", " + columns + "), }";
    int needed = BEFORE_HEADER + dictionary.length() + 1;
    int padding = (ALIGNMENT - needed % ALIGNMENT) % ALIGNMENT;
    String header = dictionary + " ".repeat(padding) + "\n";
    buffer.put(MAGIC).put((byte) 1).put((byte) 0).putShort((short) header.length());
    buffer.put(header.getBytes(StandardCharsets.US_ASCII));
  }

  /** Writes values in row-major order. */
  public void write(float[] values) throws IOException {
    for (float value : values) {
      if (buffer.remaining() < Float.BYTES) {
        flush();
      }
      buffer.putFloat(value);
    }
  }

  /** Hands on everything written so far. */
  public void flush() throws IOException {
    buffer.flip();
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
    buffer.clear();
  }
}
