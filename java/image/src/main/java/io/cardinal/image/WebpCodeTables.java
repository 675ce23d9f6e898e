// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

import java.util.BitSet;

/**
 * How much memory libwebp takes for the prefix codes of a lossless picture, or of lossless alpha: a
 * few bits of the file state a group of five codes, each group has tables of 12 kB and more, and
 * there may be 65,536 of them, whatever the picture's size.
 *
 * <p>Reads the stream (RFC 9649, section 3) up to the image that says which group each block of
 * pixels uses. Copies and cached colours bring no group that was not there before, so neither is
 * followed. A stream that is none states no groups: libwebp refuses it before it has any.
 */
final class WebpCodeTables {
  /** Bytes of a table's entry, and entries of a group without its colour cache. */
  private static final long ENTRY = 4;

  private static final long ENTRIES = 3_100;

  private static final int GREEN_SYMBOLS = 256 + 24;
  private static final int LITERALS = 256;
  private static final int DISTANCE_SYMBOLS = 40;
  private static final int MOST_CACHE_BITS = 11;

  /** Kinds of transforms. */
  private static final int SUBTRACT_GREEN = 2;

  private static final int PALETTE = 3;

  private final WebpBits bits;
  private final int height;

  /** Of the picture; a palette packs several pixels into one. */
  private int width;

  private WebpCodeTables(WebpBits bits, int width, int height) {
    this.bits = bits;
    this.width = width;
    this.height = height;
  }

  /**
   * Reads a stream behind its header.
   *
   * @param from where its first transform is, in bits
   * @param end where its last byte ends
   * @return bytes of tables, 0 if the stream breaks off before
   */
  static long bytes(byte[] file, long from, int end, int width, int height) {
    return new WebpCodeTables(new WebpBits(file, from, end), width, height).read();
  }

  private long read() {
    BitSet groups = new BitSet();
    int cacheBits;
    try {
      readTransforms();
      cacheBits = readCache();
      if (bits.read(1) == 1) {
        int scale = bits.read(3) + 2;
        readImage(scaled(width, scale), scaled(height, scale), groups);
      } else {
        groups.set(0);
      }
    } catch (WebpBits.BrokenOff e) {
      return 0;
    }
    long cache = cacheBits == 0 ? 0 : 1L << cacheBits;
    return ENTRY * groups.cardinality() * (ENTRIES + cache);
  }

  private void readTransforms() throws WebpBits.BrokenOff {
    BitSet seen = new BitSet();
    while (bits.read(1) == 1) {
      int kind = bits.read(2);
      if (seen.get(kind)) {
        throw new WebpBits.BrokenOff();
      }
      seen.set(kind);
      if (kind == PALETTE) {
        int colours = bits.read(8) + 1;
        readImage(colours, 1, new BitSet());
        width = scaled(width, colours > 16 ? 0 : colours > 4 ? 1 : colours > 2 ? 2 : 3);
      } else if (kind != SUBTRACT_GREEN) {
        int scale = bits.read(3) + 2;
        readImage(scaled(width, scale), scaled(height, scale), new BitSet());
      }
    }
  }

  private static int scaled(int size, int scale) {
    return (size + (1 << scale) - 1) >> scale;
  }

  private int readCache() throws WebpBits.BrokenOff {
    if (bits.read(1) == 0) {
      return 0;
    }
    int cacheBits = bits.read(4);
    if (cacheBits < 1 || cacheBits > MOST_CACHE_BITS) {
      throw new WebpBits.BrokenOff();
    }
    return cacheBits;
  }

  /** Reads an image of one group of codes, and notes red and green of its pixels. */
  private void readImage(int imageWidth, int imageHeight, BitSet colours)
      throws WebpBits.BrokenOff {
    int cacheBits = readCache();
    int cache = cacheBits == 0 ? 0 : 1 << cacheBits;
    WebpBits.Code green = bits.code(GREEN_SYMBOLS + cache);
    WebpBits.Code red = bits.code(LITERALS);
    WebpBits.Code blue = bits.code(LITERALS);
    WebpBits.Code alpha = bits.code(LITERALS);
    WebpBits.Code distance = bits.code(DISTANCE_SYMBOLS);
    long left = (long) imageWidth * imageHeight;
    while (left > 0) {
      int symbol = bits.read(green);
      if (symbol < LITERALS) {
        colours.set(bits.read(red) << 8 | symbol);
        bits.read(blue);
        bits.read(alpha);
        left--;
      } else if (symbol < GREEN_SYMBOLS) {
        left -= length(symbol - LITERALS);
        length(bits.read(distance));
      } else {
        if (colours.isEmpty()) {
          colours.set(0); // the cache begins with zeros
        }
        left--;
      }
      bits.checkEnd();
    }
  }

  /** A length or distance: its symbol has the first bits of it. */
  private int length(int symbol) throws WebpBits.BrokenOff {
    if (symbol < 4) {
      return symbol + 1;
    }
    int more = (symbol - 2) >> 1;
    return ((2 + (symbol & 1)) << more) + bits.read(more) + 1;
  }
}
