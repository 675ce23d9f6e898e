// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

/**
 * The IHDR chunk of a PNG file.
 *
 * @param width pixels a row, at least 1
 * @param height rows, at least 1
 * @param bitDepth bits a sample
 * @param colour how samples make a pixel
 * @param interlaced whether the rows come in the seven passes of Adam7
 */
record PngHeader(int width, int height, int bitDepth, Colour colour, boolean interlaced) {
  static final int LENGTH = 13;

  /** The colour types of the PNG specification, table 11.1. */
  enum Colour {
    GREY(0, 1, 1 | 2 | 4 | 8 | 16),
    RGB(2, 3, 8 | 16),
    PALETTE(3, 1, 1 | 2 | 4 | 8),
    GREY_ALPHA(4, 2, 8 | 16),
    RGB_ALPHA(6, 4, 8 | 16);

    private final int type;
    private final int samples;

    /** The bit depths allowed: powers of two, so one bit each. */
    private final int depths;

    Colour(int type, int samples, int depths) {
      this.type = type;
      this.samples = samples;
      this.depths = depths;
    }

    private boolean allows(int bitDepth) {
      return Integer.bitCount(bitDepth) == 1 && (depths & bitDepth) != 0;
    }

    private static Colour of(int type, int bitDepth) {
      for (Colour colour : values()) {
        if (colour.type == type && colour.allows(bitDepth)) {
          return colour;
        }
      }
      throw Refusal.corrupt(
          ImageKind.PNG,
          "a colour type and depth of the PNG specification",
          "type " + type + " with " + bitDepth + " bits");
    }
  }

  /**
   * Reads the chunk's data.
   *
   * @param start where it begins; {@link #LENGTH} bytes from there are in the file
   */
  static PngHeader read(byte[] file, int start, Limits limits) {
    long width = Bytes.big32(file, start);
    long height = Bytes.big32(file, start + 4);
    if (width == 0 || height == 0) {
      throw Refusal.corrupt(
          ImageKind.PNG, "a picture of at least 1 x 1 pixels", width + " x " + height);
    }
    limits.checkPixels(ImageKind.PNG, width, height);
    int bitDepth = file[start + 8] & 0xff;
    Colour colour = Colour.of(file[start + 9] & 0xff, bitDepth);
    if (file[start + 11] != 0) {
      throw Refusal.corrupt(
          ImageKind.PNG, "filter method 0", "method " + (file[start + 11] & 0xff));
    }
    return new PngHeader((int) width, (int) height, bitDepth, colour, file[start + 12] != 0);
  }

  int bitsPerPixel() {
    return bitDepth * colour.samples;
  }

  /** Bytes of a packed row of that many pixels, without its filter byte. */
  int rowBytes(int pixels) {
    return Math.toIntExact(((long) pixels * bitsPerPixel() + 7) / 8);
  }
}
