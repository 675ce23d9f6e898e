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
  private final PngHeader header;

  /** Grey levels or palette indexes. */
  private final Levels levels;

  private PngRows(PngHeader header, byte[] table) {
    this.header = header;
    levels = new Levels(header.bitDepth(), header.bitsPerPixel(), table);
  }

  /**
   * @param palette the palette's bytes, or null; looked at for palette pictures only
   */
  static PngRows of(PngHeader header, byte @Nullable [] palette) {
    if (header.colour() != PngHeader.Colour.PALETTE) {
      return new PngRows(header, Levels.greys(Math.min(8, header.bitDepth()), false));
    }
    byte[] table = new byte[Levels.TABLE_LENGTH];
    if (palette != null) {
      int entries = palette.length / Pixels.CHANNELS;
      if (entries > Levels.COLOURS) {
        throw Refusal.corrupt(ImageKind.PNG, "a palette of at most 256 colours", entries + "");
      }
      System.arraycopy(palette, 0, table, 0, entries * Pixels.CHANNELS);
    }
    return new PngRows(header, table);
  }

  /** Makes a new picture, all zeros, one of samples 0. */
  void fill(byte[] rgb) {
    Levels.fill(rgb, levels.table(), 0);
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
          levels.unpack(row, 1, rgb, to, count, stride);
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
}
