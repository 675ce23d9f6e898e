// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/** Writes lossless WebPs whose every block of 4 x 4 pixels has codes of its own. */
final class WebpGroups {
  private static final int CODES = 5;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private int pending;
  private int count;

  /** Whether the first code of distances has a second symbol, which there is no distance for. */
  private boolean hasSymbolBeyond;

  private WebpGroups() {}

  /** A picture of so many groups, with a symbol that its code has no place for: it never comes. */
  static byte[] withSymbolBeyond(int side) {
    return file(side, false, true);
  }

  /** A picture, or a lossy one with such an alpha, of {@code side * side} groups. */
  static byte[] file(int side, boolean isAlpha) {
    return file(side, isAlpha, false);
  }

  private static byte[] file(int side, boolean isAlpha, boolean hasSymbolBeyond) {
    int size = side * 4;
    WebpGroups out = new WebpGroups();
    out.hasSymbolBeyond = hasSymbolBeyond;
    if (isAlpha) {
      out.write(1, 8);
    } else {
      out.write(0x2f, 8);
      out.write(size - 1, 14);
      out.write(size - 1, 14);
      out.write(0, 4);
    }
    out.writeStream(side);
    byte[] stream = out.bytes.toByteArray();
    if (!isAlpha) {
      return Bloated.riff(Bloated.riffChunk("VP8L", stream));
    }
    byte[] lossy = Encoder.webp(size, size, false, Pixels.CHANNELS);
    byte[] picture = Arrays.copyOfRange(lossy, 12, lossy.length);
    byte[] extended = new byte[10];
    extended[0] = 0x10;
    Bloated.put32(extended, 4, size - 1 | (size - 1) << 24);
    extended[8] = (byte) (size - 1 >> 8);
    return Bloated.riff(
        Bloated.riffChunk("VP8X", extended), Bloated.riffChunk("ALPH", stream), picture);
  }

  private void writeStream(int side) {
    write(0, 1); // no transform
    write(0, 1); // no cache
    write(1, 1); // groups
    write(0, 3); // of 4 x 4 pixels
    write(0, 1); // no cache
    writeCodeOfBytes(24);
    writeCodeOfBytes(0);
    for (int i = 2; i < CODES - 1; i++) {
      writeCodeOfZero();
    }
    if (hasSymbolBeyond) {
      write(3, 2);
      write(0, 2);
      write(200, 8);
    } else {
      writeCodeOfZero();
    }
    for (int i = 0; i < side * side; i++) {
      write(Integer.reverse(i) >>> 24, 8);
      write(Integer.reverse(i >> 8) >>> 24, 8);
    }
    for (int i = 0; i < side * side * CODES; i++) {
      writeCodeOfZero();
    }
    for (int i = 0; i < 8; i++) {
      write(0, 16);
    }
  }

  /** Words of 8 bits for 256 symbols, none for some more. */
  private void writeCodeOfBytes(int more) {
    write(0, 1);
    write(8, 4); // 12 lengths, in an order of their own: 1 for "0" and for "8"
    for (int i = 0; i < 12; i++) {
      write(i == 2 || i == 11 ? 1 : 0, 3);
    }
    write(0, 1);
    for (int i = 0; i < 256 + more; i++) {
      write(i < 256 ? 1 : 0, 1);
    }
  }

  private void writeCodeOfZero() {
    write(1, 1);
    write(0, 3);
  }

  private void write(int value, int bits) {
    pending |= value << count;
    count += bits;
    while (count >= 8) {
      bytes.write(pending);
      pending >>>= 8;
      count -= 8;
    }
  }
}
