// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.TreeMap;

/** Writes little-endian TIFF files of one directory, right or wrong. */
final class Tiffs {
  static final int WIDTH = 256;
  static final int HEIGHT = 257;
  static final int BITS = 258;
  static final int COMPRESSION = 259;
  static final int PHOTOMETRIC = 262;
  static final int OFFSETS = 273;
  static final int SAMPLES = 277;
  static final int ROWS = 278;
  static final int COUNTS = 279;

  /** Where the data begins in every file from here. */
  static final int DATA = 400;

  private static final int LONG = 4;
  private static final int UNDEFINED = 7;

  /** Type, count, and value or place. */
  private final Map<Integer, long[]> tags = new TreeMap<>();

  /** A grey picture of 8 bits in one strip of so many bytes at {@link #DATA}. */
  static Tiffs grey(int width, int height, int compression, int bytes) {
    return new Tiffs()
        .with(WIDTH, width)
        .with(HEIGHT, height)
        .with(BITS, 8)
        .with(COMPRESSION, compression)
        .with(PHOTOMETRIC, 1)
        .with(OFFSETS, DATA)
        .with(SAMPLES, 1)
        .with(ROWS, height)
        .with(COUNTS, bytes);
  }

  /** Sets a tag to a number, or to so many equal ones at a place in the file. */
  Tiffs with(int tag, long value) {
    tags.put(tag, new long[] {LONG, 1, value});
    return this;
  }

  Tiffs withArray(int tag, long count, long at) {
    tags.put(tag, new long[] {LONG, count, at});
    return this;
  }

  /** Sets a tag to so many bytes at a place in the file. */
  Tiffs withUndefined(int tag, long count, long at) {
    tags.put(tag, new long[] {UNDEFINED, count, at});
    return this;
  }

  byte[] file(byte[] data) {
    ByteBuffer head = ByteBuffer.allocate(DATA).order(ByteOrder.LITTLE_ENDIAN);
    head.put(new byte[] {'I', 'I', 42, 0}).putInt(8).putShort((short) tags.size());
    tags.forEach(
        (tag, value) ->
            head.putShort((short) (int) tag)
                .putShort((short) value[0])
                .putInt((int) value[1])
                .putInt((int) value[2]));
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes(head.array());
    file.writeBytes(data);
    return file.toByteArray();
  }
}
