// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** NumPy files for tests. */
final class Npy {
  private Npy() {}

  /** A float32 array in C order. */
  static byte[] of(String shape, float... values) {
    return of(1, header("<f4", "False", shape), values);
  }

  static String header(String type, String isFortran, String shape) {
    return "{'descr': '"
        + type
        + "', 'fortran_order': "
        + isFortran
        + ", 'shape': "
        + shape
        + ", }";
  }

  /** A file of any version and header; the header is padded as NumPy does. */
  static byte[] of(int version, String header, float... values) {
    int prefix = version == 1 ? 10 : 12;
    byte[] text = header.getBytes(UTF_8);
    int whole = (prefix + text.length + 1 + 63) / 64 * 64;
    ByteBuffer bytes =
        ByteBuffer.allocate(whole + 4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put((byte) 0x93).put("NUMPY".getBytes(UTF_8)).put((byte) version).put((byte) 0);
    if (version == 1) {
      bytes.putShort((short) (whole - prefix));
    } else {
      bytes.putInt(whole - prefix);
    }
    byte[] padding = new byte[whole - prefix - text.length];
    Arrays.fill(padding, (byte) ' ');
    padding[padding.length - 1] = '\n';
    bytes.put(text).put(padding);
    for (float value : values) {
      bytes.putFloat(value);
    }
    return bytes.array();
  }
}
