// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

import org.jspecify.annotations.Nullable;

/**
 * Turns restored PNG rows into RGB as Pillow converts them.
 *
 * <p>1, 2 and 4-bit grey is stretched to 0..255, 16-bit grey is clamped to 255 and not scaled,
 * other 16-bit samples give their high byte, alpha and tRNS are dropped, a palette index beyond the
 * table is black.
 */
final class PngRows {
  private static final int LEVELS = 256;

  private final PngHeader header;

  /** RGB of each grey level or palette index. */
  private final byte[] table;

  private PngRows(PngHeader header, byte[] table) {
    this.header = header;
    this.table = table;
  }

  /**
   * @param palette the palette's bytes, or null; looked at for palette pictures only
   */
  static PngRows of(PngHeader header, byte @Nullable [] palette) {
    byte[] table = new byte[LEVELS * Pixels.CHANNELS];
    if (header.colour() != PngHeader.Colour.PALETTE) {
      int scale = header.bitDepth() < 8 ? 255 / ((1 << header.bitDepth()) - 1) : 1;
      for (int i = 0; i < table.length; i++) {
        table[i] = (byte) (i / Pixels.CHANNELS * scale);
      }
    } else if (palette != null) {
      int entries = palette.length / Pixels.CHANNELS;
      if (entries > LEVELS) {
        throw Refusal.corrupt(ImageKind.PNG, "a palette of at most 256 colours", entries + "");
      }
      System.arraycopy(palette, 0, table, 0, entries * Pixels.CHANNELS);
    }
    return new PngRows(header, table);
  }

  /** Makes a new picture, all zeros, one of samples 0. */
  void fill(byte[] rgb) {
    if (table[0] != 0 || table[1] != 0 || table[2] != 0) {
      for (int i = 0; i < rgb.length; i++) {
        rgb[i] = table[i % Pixels.CHANNELS];
      }
    }
  }

  /**
   * Writes the pixels of one row.
   *
   * @param row a filter byte, then the restored samples
   * @param to where the first pixel goes
   * @param count pixels in the row
   * @param step columns from one of its pixels to the next
   */
  void unpack(byte[] row, byte[] rgb, int to, int count, int step) {
    int stride = step * Pixels.CHANNELS;
    switch (header.colour()) {
      case RGB, RGB_ALPHA -> unpackColours(row, rgb, to, count, stride);
      default -> {
        if (header.bitDepth() == 16) {
          unpackDeepGreys(row, rgb, to, count, stride);
        } else {
          unpackLevels(row, rgb, to, count, stride);
        }
      }
    }
  }

  private void unpackColours(byte[] row, byte[] rgb, int to, int count, int stride) {
    int sample = header.bitDepth() / 8;
    int pixel = header.bitsPerPixel() / 8;
    if (pixel == Pixels.CHANNELS && stride == Pixels.CHANNELS) {
      System.arraycopy(row, 1, rgb, to, count * Pixels.CHANNELS);
      return;
    }
    int target = to;
    for (int i = 0; i < count; i++) {
      int from = 1 + i * pixel;
      rgb[target] = row[from];
      rgb[target + 1] = row[from + sample];
      rgb[target + 2] = row[from + 2 * sample];
      target += stride;
    }
  }

  private void unpackDeepGreys(byte[] row, byte[] rgb, int to, int count, int stride) {
    boolean clamp = header.colour() == PngHeader.Colour.GREY;
    int pixel = header.bitsPerPixel() / 8;
    int target = to;
    for (int i = 0; i < count; i++) {
      int from = 1 + i * pixel;
      byte high = row[from];
      byte grey = clamp ? (high == 0 ? row[from + 1] : (byte) 255) : high;
      rgb[target] = grey;
      rgb[target + 1] = grey;
      rgb[target + 2] = grey;
      target += stride;
    }
  }

  /**
   * Grey levels and palette indexes of 1 to 8 bits; grey with alpha has them in every second byte.
   */
  private void unpackLevels(byte[] row, byte[] rgb, int to, int count, int stride) {
    int depth = header.bitDepth();
    int pixel = header.bitsPerPixel();
    int mask = (1 << depth) - 1;
    int target = to;
    for (int i = 0; i < count; i++) {
      long bit = (long) i * pixel;
      int shift = 8 - depth - (int) (bit & 7);
      int level = (row[1 + (int) (bit >> 3)] >> shift & mask) * Pixels.CHANNELS;
      rgb[target] = table[level];
      rgb[target + 1] = table[level + 1];
      rgb[target + 2] = table[level + 2];
      target += stride;
    }
  }
}
