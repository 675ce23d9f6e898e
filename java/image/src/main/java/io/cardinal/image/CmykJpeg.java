// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

/**
 * JPEG of four components: Huffman and DCT are the JDK's, which gives the samples as they are
 * (leptonica multiplies them into RGB); the colours are made here.
 *
 * <p>The JDK's libjpeg may be older than Pillow's. Where that shows, the file is refused
 * (arithmetic coding, anything that it warns of) or its samples are put right (rows at half
 * density).
 */
final class CmykJpeg {
  private static final int SCALE_BITS = 16;
  private static final int HALF = 1 << (SCALE_BITS - 1);

  private CmykJpeg() {}

  /** Decodes a file that {@link JpegMarkers} found to have four components. */
  static Pixels decode(byte[] file, JpegHeader header) {
    byte[] samples = samples(file, header);
    if (header.isYcck()) {
      toInks(samples);
    }
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (byte) ~samples[i]; // Pillow takes all of them for stored inverted
    }
    return new Pixels(header.width(), header.height(), Cmyk.toRgb(samples));
  }

  /** The four samples of each pixel at full density, otherwise as the file has them. */
  static byte[] samples(byte[] file, JpegHeader header) {
    if (!header.isOrdinary()) {
      throw Refusal.unsupported(
          ImageKind.JPEG,
          "Huffman and DCT coding of 4 components",
          "arithmetic or lossless coding of 4 components");
    }
    if ((long) header.width() * header.height() * Cmyk.INKS > Integer.MAX_VALUE - 8) {
      throw Refusal.unsupported(
          ImageKind.JPEG,
          "at most 536 million pixels of 4 components",
          header.width() + " x " + header.height() + " pixels");
    }
    byte[] samples =
        JdkJpeg.samples(
            header.withoutApplicationMarkers(file),
            header.length(),
            header.width(),
            header.height());
    for (int component = 0; component < Cmyk.INKS; component++) {
      if (header.hasHalfTheRows(component) && JdkJpeg.repeatsRows()) {
        smoothRows(samples, component, header.width(), header.height());
      }
    }
    return samples;
  }

  /**
   * Rows that the older libjpeg repeats are interpolated by the newer one: three quarters of the
   * row itself, one of its neighbour, rounded down above and up below.
   */
  static void smoothRows(byte[] samples, int component, int width, int height) {
    byte[] before = column(samples, component, width, 0);
    byte[] row = before;
    for (int y = 0; y < height; y += 2) {
      byte[] after = y + 2 < height ? column(samples, component, width, y + 2) : row;
      mix(samples, component, width, y, row, before, 1);
      if (y + 1 < height) {
        mix(samples, component, width, y + 1, row, after, 2);
      }
      before = row;
      row = after;
    }
  }

  private static byte[] column(byte[] samples, int component, int width, int y) {
    byte[] row = new byte[width];
    for (int x = 0; x < width; x++) {
      row[x] = samples[(y * width + x) * Cmyk.INKS + component];
    }
    return row;
  }

  private static void mix(
      byte[] samples, int component, int width, int y, byte[] row, byte[] neighbour, int rounding) {
    for (int x = 0; x < width; x++) {
      samples[(y * width + x) * Cmyk.INKS + component] =
          (byte) (((row[x] & 0xff) * 3 + (neighbour[x] & 0xff) + rounding) >> 2);
    }
  }

  /** YCCK to CMYK in place, in libjpeg's fixed point; K stays. */
  private static void toInks(byte[] samples) {
    for (int i = 0; i < samples.length; i += Cmyk.INKS) {
      int y = samples[i] & 0xff;
      int cb = (samples[i + 1] & 0xff) - 128;
      int cr = (samples[i + 2] & 0xff) - 128;
      samples[i] = invert(y + ((fixed(1.40200) * cr + HALF) >> SCALE_BITS));
      samples[i + 1] =
          invert(y + ((-fixed(0.34414) * cb + HALF - fixed(0.71414) * cr) >> SCALE_BITS));
      samples[i + 2] = invert(y + ((fixed(1.77200) * cb + HALF) >> SCALE_BITS));
    }
  }

  private static byte invert(int value) {
    return (byte) Math.max(0, Math.min(255, 255 - value));
  }

  private static int fixed(double factor) {
    return (int) (factor * (1 << SCALE_BITS) + 0.5);
  }
}
