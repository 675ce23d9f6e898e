// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

/**
 * Pixels of one sample of 1 to 8 bits that stands for a colour: grey levels and palette indexes.
 *
 * @param bits of the sample, a power of two; the first pixel has the highest ones of a byte
 * @param bitsPerPixel from one sample to the next; a multiple of 8 where it is not {@code bits}
 * @param table RGB of each level, {@link #TABLE_LENGTH} bytes
 */
@SuppressWarnings("ArrayRecordComponent") // internal, never compared
record Levels(int bits, int bitsPerPixel, byte[] table) {
  static final int COLOURS = 256;
  static final int TABLE_LENGTH = COLOURS * Pixels.CHANNELS;

  static Levels of(int bits, byte[] table) {
    return new Levels(bits, bits, table);
  }

  /** Levels of so many bits stretched to 0..255, or, inverted, to 255..0. */
  static byte[] greys(int bits, boolean inverted) {
    byte[] table = new byte[TABLE_LENGTH];
    int scale = 255 / ((1 << bits) - 1);
    for (int i = 0; i < table.length; i++) {
      int grey = i / Pixels.CHANNELS * scale;
      table[i] = (byte) (inverted ? 255 - grey : grey);
    }
    return table;
  }

  /**
   * Writes the pixels of one row, or some of them.
   *
   * @param row packed samples
   * @param from the byte in which the first one begins
   * @param to where the first pixel goes
   * @param count pixels
   * @param stride bytes of {@code rgb} from one of them to the next
   */
  void unpack(byte[] row, int from, byte[] rgb, int to, int count, int stride) {
    int mask = (1 << bits) - 1;
    int target = to;
    for (int i = 0; i < count; i++) {
      long bit = (long) i * bitsPerPixel;
      int shift = 8 - bits - (int) (bit & 7);
      int level = (row[from + (int) (bit >> 3)] >> shift & mask) * Pixels.CHANNELS;
      rgb[target] = table[level];
      rgb[target + 1] = table[level + 1];
      rgb[target + 2] = table[level + 2];
      target += stride;
    }
  }

  /** Fills a new picture, all zeros, with the colour of a level. */
  static void fill(byte[] rgb, byte[] table, int level) {
    int at = level * Pixels.CHANNELS;
    if (table[at] != 0 || table[at + 1] != 0 || table[at + 2] != 0) {
      for (int i = 0; i < rgb.length; i += Pixels.CHANNELS) {
        rgb[i] = table[at];
        rgb[i + 1] = table[at + 1];
        rgb[i + 2] = table[at + 2];
      }
    }
  }
}
