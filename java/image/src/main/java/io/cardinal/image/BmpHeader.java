// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

/**
 * The headers of a BMP file, with what Pillow makes of them.
 *
 * @param width pixels a row, at least 1
 * @param height rows, at least 1
 * @param topDown whether the first row stored is the top one
 * @param bits a pixel, as stated: 1, 4, 8, 16, 24 or 32
 * @param compression 0 none, 1 and 2 run lengths, 3 bit masks
 * @param colours entries of the palette
 * @param colourBytes bytes an entry, 3 or 4
 * @param masks of red, green, blue and alpha, where the compression is 3
 * @param paletteAt where the palette begins, if there is one
 * @param dataAt where the rows begin; 0 for directly after the palette
 */
@SuppressWarnings("ArrayRecordComponent") // internal, never compared
record BmpHeader(
    int width,
    int height,
    boolean topDown,
    int bits,
    long compression,
    long colours,
    int colourBytes,
    long[] masks,
    int paletteAt,
    long dataAt) {
  static final int NONE = 0;
  static final int RUNS_OF_8 = 1;
  static final int RUNS_OF_4 = 2;
  static final int MASKS = 3;

  private static final int FILE_HEADER = 14;
  private static final int OLD = 12;
  private static final int WITH_MASKS = 52;
  private static final int WITH_ALPHA_MASK = 56;
  private static final long MOST_COLOURS = 65_536;

  /**
   * Reads the headers of a file that {@link ImageKind} calls a BMP.
   *
   * @throws ImageException if it is not one to decode
   */
  static BmpHeader read(byte[] file, Limits limits) {
    int size = (int) Bytes.little32(file, FILE_HEADER);
    int end = FILE_HEADER + size;
    if (file.length < end) {
      throw truncated(file, "a header of " + size + " bytes");
    }
    int at = FILE_HEADER + 4;
    boolean old = size == OLD;
    boolean topDown = !old && file[at + 7] == (byte) 0xff;
    long width = old ? Bytes.little16(file, at) : Bytes.little32(file, at);
    long height = old ? Bytes.little16(file, at + 2) : Bytes.little32(file, at + 4);
    if (topDown) {
      height = (1L << 32) - height;
    }
    int bits = Bytes.little16(file, old ? at + 6 : at + 10);
    long compression = old ? NONE : Bytes.little32(file, at + 12);
    checkSort(bits, compression);
    long colours = old ? 0 : Bytes.little32(file, at + 28);
    if (colours == 0) {
      colours = 1L << bits;
    }
    if (bits <= 8 && colours > MOST_COLOURS) {
      throw Refusal.corrupt(ImageKind.BMP, "a palette of at most 65536 colours", colours + "");
    }
    if (width == 0 || height == 0) {
      throw Refusal.corrupt(
          ImageKind.BMP, "a picture of at least 1 x 1 pixels", width + " x " + height);
    }
    limits.checkPixels(ImageKind.BMP, width, height);
    int colourBytes = old ? 3 : 4;
    long dataAt = Bytes.little32(file, 10);
    if (dataAt == end && bits <= 8) {
      dataAt += colourBytes * colours;
    }
    boolean masksFollow = compression == MASKS && size < WITH_MASKS;
    return new BmpHeader(
        (int) width,
        (int) height,
        topDown,
        bits,
        compression,
        colours,
        colourBytes,
        compression == MASKS ? masks(file, size) : new long[4],
        masksFollow ? end + 12 : end,
        dataAt);
  }

  private static void checkSort(int bits, long compression) {
    switch (bits) {
      case 1, 4, 8, 16, 24, 32 -> {}
      default -> throw Refusal.unsupported(ImageKind.BMP, "1 to 32 bits a pixel", bits + " bits");
    }
    if (compression > MASKS) {
      throw Refusal.unsupported(
          ImageKind.BMP, "no compression, run lengths or bit masks", "compression " + compression);
    }
  }

  private static long[] masks(byte[] file, int size) {
    int at = FILE_HEADER + 40;
    int count = size >= WITH_ALPHA_MASK ? 4 : 3;
    if (file.length < at + 4 * count) {
      throw truncated(file, "three bit masks");
    }
    long[] masks = new long[4];
    for (int i = 0; i < count; i++) {
      masks[i] = Bytes.little32(file, at + 4 * i);
    }
    return masks;
  }

  private static ImageException truncated(byte[] file, String expected) {
    return Refusal.truncated(ImageKind.BMP, expected, file.length);
  }
}
