// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

import io.cardinal.image.TiffSort.Meaning;
import java.util.Arrays;

/** Turns rows of TIFF samples into RGB as Pillow converts them. */
final class TiffColours {
  private static final int COLOUR_MAP = 320;

  private final TiffSort sort;
  private final boolean big;

  /** Bytes of a sample, and which of them is the high one. */
  private final int size;

  private final int high;
  private final Levels levels;

  private TiffColours(TiffSort sort, boolean big, byte[] table) {
    this.sort = sort;
    this.big = big;
    size = Math.max(1, sort.bits() / 8);
    high = big ? 0 : size - 1;
    levels = new Levels(Math.min(sort.bits(), 8), sort.bitsPerPixel(), table);
  }

  static TiffColours of(TiffHeader header) {
    TiffSort sort = header.sort();
    byte[] table =
        sort.meaning() == Meaning.PALETTE
            ? palette(header.directory())
            : Levels.greys(Math.min(sort.bits(), 8), sort.inverted());
    return new TiffColours(sort, header.directory().isBig(), table);
  }

  private static byte[] palette(TiffDirectory tags) {
    long entries = tags.count(COLOUR_MAP) / Pixels.CHANNELS;
    if (entries < 1 || entries > Levels.COLOURS) {
      throw Refusal.corrupt(ImageKind.TIFF, "a palette of 1 to 256 colours", entries + "");
    }
    byte[] table = new byte[Levels.TABLE_LENGTH];
    for (int i = 0; i < entries; i++) {
      for (int c = 0; c < Pixels.CHANNELS; c++) {
        long value = tags.integer(COLOUR_MAP, c * entries + i, 0);
        if (value < 0 || value > 0xffff) {
          throw Refusal.corrupt(ImageKind.TIFF, "colours of 16 bits", value + "");
        }
        table[i * Pixels.CHANNELS + c] = (byte) (value >> 8);
      }
    }
    return table;
  }

  /** Whether all planes of a pixel are needed at once to make its colour. */
  boolean needsFourPlanes() {
    return sort.meaning() == Meaning.CMYK || sort.premultiplied();
  }

  /** Writes {@code count} pixels that begin at pixel {@code at} of the picture. */
  void unpack(byte[] row, byte[] rgb, int at, int count) {
    int to = at * Pixels.CHANNELS;
    switch (sort.meaning()) {
      case GREY, PALETTE -> levels.unpack(row, 0, rgb, to, count, Pixels.CHANNELS);
      case RGB -> unpackColours(row, rgb, to, count);
      case CMYK -> {
        int target = to;
        for (int i = 0; i < count; i++) {
          int from = i * size * sort.samples() + high;
          int light = 255 - (row[from + 3 * size] & 0xff);
          rgb[target++] = Cmyk.paint(row[from], light);
          rgb[target++] = Cmyk.paint(row[from + size], light);
          rgb[target++] = Cmyk.paint(row[from + 2 * size], light);
        }
      }
      default -> unpackNumbers(row, rgb, to, count);
    }
  }

  /** Writes one plane: red, green or blue, or the first three inks, or the single one. */
  void unpackPlane(int plane, byte[] row, byte[] rgb, int at, int count) {
    if (sort.meaning() != Meaning.RGB && sort.meaning() != Meaning.CMYK) {
      Levels plain = Levels.of(levels.bits(), levels.table());
      if (sort.bits() <= 8) {
        plain.unpack(row, 0, rgb, at * Pixels.CHANNELS, count, Pixels.CHANNELS);
      } else {
        unpackNumbers(row, rgb, at * Pixels.CHANNELS, count);
      }
      return;
    }
    for (int i = 0; i < count; i++) {
      rgb[(at + i) * Pixels.CHANNELS + plane] = row[i * size + high];
    }
  }

  /** Keeps the fourth plane, black ink or alpha, one byte a pixel. */
  void unpackFourth(byte[] row, byte[] fourth, int at, int count) {
    for (int i = 0; i < count; i++) {
      fourth[at + i] = row[i * size + high];
    }
  }

  /** Makes colours of planes, in place. */
  void join(byte[] rgb, byte[] fourth) {
    for (int i = 0; i < rgb.length; i++) {
      int value = fourth[i / Pixels.CHANNELS] & 0xff;
      rgb[i] =
          sort.meaning() == Meaning.CMYK ? Cmyk.paint(rgb[i], 255 - value) : divide(rgb[i], value);
    }
  }

  private void unpackColours(byte[] row, byte[] rgb, int to, int count) {
    int pixel = size * sort.samples();
    int target = to;
    for (int i = 0; i < count; i++) {
      int from = i * pixel + high;
      rgb[target] = row[from];
      rgb[target + 1] = row[from + size];
      rgb[target + 2] = row[from + 2 * size];
      if (sort.premultiplied()) {
        int alpha = row[from + 3 * size] & 0xff;
        for (int c = 0; c < Pixels.CHANNELS; c++) {
          rgb[target + c] = divide(rgb[target + c], alpha);
        }
      }
      target += Pixels.CHANNELS;
    }
  }

  private static byte divide(byte colour, int alpha) {
    return alpha == 0 ? 0 : (byte) Math.min(255, (colour & 0xff) * 255 / alpha);
  }

  private void unpackNumbers(byte[] row, byte[] rgb, int to, int count) {
    for (int i = 0; i < count; i++) {
      int at = i * size;
      int number =
          size == 2 ? Bytes.unsigned16(row, at, big) : (int) Bytes.unsigned32(row, at, big);
      if (sort.meaning() == Meaning.FLOAT_NUMBER) {
        number = (int) Float.intBitsToFloat(number);
      } else if (sort.meaning() == Meaning.SIGNED_NUMBER && size == 2) {
        number = number << 16 >> 16; // the sign
      }
      byte grey = (byte) Math.max(0, Math.min(255, number));
      int target = to + i * Pixels.CHANNELS;
      Arrays.fill(rgb, target, target + Pixels.CHANNELS, grey);
    }
  }
}
