// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

import org.jspecify.annotations.Nullable;

/**
 * How the samples of a TIFF make pixels: the sorts that Pillow knows, as it knows them.
 *
 * @param meaning what the samples are
 * @param bits of each sample
 * @param samples a pixel, those that are passed over included
 * @param inverted whether 0 is white
 * @param premultiplied whether colours were multiplied by the alpha that follows
 */
record TiffSort(Meaning meaning, int bits, int samples, boolean inverted, boolean premultiplied) {
  static final int MOST_SAMPLES = 6;

  private static final int UNSIGNED = 1;
  private static final int SIGNED = 2;
  private static final int FLOAT = 3;

  /** What samples stand for. */
  enum Meaning {
    GREY,
    PALETTE,
    /** One number of 16 or 32 bits, clamped to 0..255. */
    UNSIGNED_NUMBER,
    SIGNED_NUMBER,
    FLOAT_NUMBER,
    RGB,
    CMYK
  }

  /**
   * Finds the sort.
   *
   * @param photometric 0 and 1 grey, 2 RGB, 3 palette, 5 CMYK; others are not decoded
   * @param format of the samples: 1 unsigned, 2 signed, 3 floating point
   * @param extra meanings of the samples after the colours
   * @throws ImageException ({@code UNSUPPORTED}) if there is none
   */
  static TiffSort of(
      int photometric,
      int format,
      boolean reversed,
      int bits,
      int samples,
      long[] extra,
      boolean big) {
    TiffSort sort =
        switch (photometric) {
          case 0, 1 -> grey(photometric == 0, format, reversed, bits, samples, extra, big);
          case 2 -> colours(Meaning.RGB, 3, bits, samples, extra);
          case 3 -> palette(bits, samples, extra);
          case 5 -> colours(Meaning.CMYK, 4, bits, samples, extra);
          default -> null;
        };
    boolean wrongFormat = photometric > 1 && format != UNSIGNED;
    boolean wrongOrder = reversed && (samples > 3 || samples == 2 || (samples == 3 && bits != 8));
    if (sort == null || wrongFormat || wrongOrder) {
      throw Refusal.unsupported(
          ImageKind.TIFF,
          "grey, palette, RGB or CMYK samples as Pillow knows them",
          name(photometric) + ", " + samples + " samples of " + bits + " bits, format " + format);
    }
    return sort;
  }

  private static String name(int photometric) {
    return switch (photometric) {
      case 6 -> "YCbCr without JPEG";
      case 8 -> "LAB colours";
      default -> "photometric " + photometric;
    };
  }

  int bitsPerPixel() {
    return bits * samples;
  }

  private static @Nullable TiffSort grey(
      boolean inverted,
      int format,
      boolean reversed,
      int bits,
      int samples,
      long[] extra,
      boolean big) {
    boolean alone = samples == 1 && extra.length == 0;
    if (samples == 2 && bits == 8 && !inverted && format == UNSIGNED && extra.length == 1) {
      return extra[0] == 0 || extra[0] == 2 ? plain(Meaning.GREY, bits, 2) : null;
    }
    if (!alone) {
      return null;
    }
    return switch (bits) {
      case 1, 2, 4 -> format == UNSIGNED ? level(bits, inverted) : null;
      case 8 ->
          format == UNSIGNED || (format == SIGNED && !inverted && !reversed)
              ? level(bits, inverted)
              : null;
      case 16 -> word(inverted, format, reversed, big);
      case 32 -> doubleWord(inverted, format, reversed, big);
      default -> null;
    };
  }

  /** Pillow forgets the inversion of 16 and 32 bits, and lacks some of their forms. */
  private static @Nullable TiffSort word(
      boolean inverted, int format, boolean reversed, boolean big) {
    if (format == UNSIGNED && !(big && (inverted || reversed)) && !(inverted && reversed)) {
      return plain(Meaning.UNSIGNED_NUMBER, 16, 1);
    }
    return format == SIGNED && !inverted && !reversed ? plain(Meaning.SIGNED_NUMBER, 16, 1) : null;
  }

  private static @Nullable TiffSort doubleWord(
      boolean inverted, int format, boolean reversed, boolean big) {
    if (reversed) {
      return null;
    }
    if (format == FLOAT) {
      return plain(Meaning.FLOAT_NUMBER, 32, 1);
    }
    // Pillow reads the unsigned ones as signed: what is above half the range becomes black.
    return !inverted && (format == SIGNED || (format == UNSIGNED && !big))
        ? plain(Meaning.SIGNED_NUMBER, 32, 1)
        : null;
  }

  private static @Nullable TiffSort palette(int bits, int samples, long[] extra) {
    if (samples == 1 && extra.length == 0) {
      return bits <= 8 && Integer.bitCount(bits) == 1 ? plain(Meaning.PALETTE, bits, 1) : null;
    }
    boolean known = extra.length == 1 && (extra[0] == 0 || extra[0] == 2);
    return samples == 2 && bits == 8 && known ? plain(Meaning.PALETTE, 8, 2) : null;
  }

  private static @Nullable TiffSort colours(
      Meaning meaning, int colours, int bits, int samples, long[] extra) {
    int more = samples - colours;
    boolean unnamed = meaning == Meaning.RGB && more == 1 && extra.length == 0;
    if ((bits != 8 && bits != 16) || more < 0 || (more != extra.length && !unnamed)) {
      return null;
    }
    for (int i = 1; i < extra.length; i++) {
      if (extra[i] != 0) {
        return null;
      }
    }
    long first = extra.length == 0 ? 0 : extra[0];
    boolean known =
        meaning == Meaning.CMYK
            ? first == 0 && (bits == 8 || more == 0)
            : (first >= 0 && first <= 2) || (first == 999 && more == 1 && bits == 8);
    boolean fitting = samples <= MOST_SAMPLES && (bits == 8 || more <= 1);
    return known && fitting ? new TiffSort(meaning, bits, samples, false, first == 1) : null;
  }

  private static TiffSort level(int bits, boolean inverted) {
    return new TiffSort(Meaning.GREY, bits, 1, inverted, false);
  }

  private static TiffSort plain(Meaning meaning, int bits, int samples) {
    return new TiffSort(meaning, bits, samples, false, false);
  }
}
