// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.weights.read;

import java.io.ByteArrayOutputStream;

/** Writes legacy torch files around a pickle, with one storage of float32 under key 0. */
final class Legacy {
  private Legacy() {}

  /** Elements 0, 1, 2, ... */
  static byte[] file(byte[] pickle, int elements) {
    return file(pickle, Pickle.start().op(']').text("0").op('a').stop(), elements, elements);
  }

  static byte[] file(byte[] pickle, byte[] keys, long claimed, int elements) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] magic = {
      0x6c, (byte) 0xfc, (byte) 0x9c, 0x46, (byte) 0xf9, 0x20, 0x6a, (byte) 0xa8, 0x50, 0x19
    };
    out.writeBytes(Pickle.start().op(0x8a, 10).raw(magic).stop());
    out.writeBytes(Pickle.start().op('M', 0xe9, 3).stop());
    out.writeBytes(Pickle.start().op('}').text("little_endian").op(0x88, 's').stop());
    out.writeBytes(pickle);
    out.writeBytes(keys);
    out.writeBytes(Zip.little(8).putLong(claimed).array());
    for (int i = 0; i < elements; i++) {
      out.writeBytes(Zip.little(4).putFloat(i).array());
    }
    return out.toByteArray();
  }
}
