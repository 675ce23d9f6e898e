// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

import java.util.Arrays;

/**
 * Facsimile coding of bilevel rows: ITU-T T.4 in one and two dimensions, T.6, and TIFF's form of
 * T.4 without line ends. Black comes out as ones.
 *
 * <p>Any code that is none, or a run beyond the row, is damage.
 */
final class CcittRows implements TiffRows {
  /** How rows are told apart. */
  enum Form {
    /** Each row begins at a byte. */
    ROWS,
    /** Each row begins with a line end; all in one dimension. */
    GROUP_3,
    /** A bit after the line end tells in how many dimensions the row is coded. */
    GROUP_3_MIXED,
    /** All in two dimensions, without line ends. */
    GROUP_4
  }

  private static final int LINE_END_ZEROS = 11;

  /** Modes of a change that are no distances. */
  private static final int PASS = 100;

  private static final int HORIZONTAL = 101;

  private final byte[] data;
  private final int end;
  private final int width;
  private final Form form;
  private long bit;

  /** Columns where the colour changes, the first to black; then the width, three times. */
  private int[] reference;

  private int[] current;
  private int changes;

  CcittRows(byte[] data, int from, int end, int width, Form form) {
    this.data = data;
    this.end = end;
    this.width = width;
    this.form = form;
    bit = (long) from * 8;
    reference = new int[width + 4];
    current = new int[width + 4];
    Arrays.fill(reference, 0, 4, width);
  }

  @Override
  public void next(byte[] row) {
    changes = 0;
    switch (form) {
      case ROWS -> {
        bit = (bit + 7) & ~7L;
        readRow();
      }
      case GROUP_3 -> {
        passLineEnd();
        readRow();
      }
      case GROUP_3_MIXED -> {
        passLineEnd();
        if (take(1) == 1) {
          readRow();
        } else {
          readDifferences();
        }
      }
      default -> readDifferences();
    }
    for (int i = 0; i < 4; i++) {
      current[Math.min(changes + i, current.length - 1)] = width;
    }
    paint(row);
    int[] swap = reference;
    reference = current;
    current = swap;
  }

  private void readRow() {
    int column = 0;
    boolean black = false;
    while (column < width) {
      column = change(column, run(black));
      black = !black;
    }
  }

  private void readDifferences() {
    int column = 0;
    boolean black = false;
    int at = 0;
    boolean start = true;
    while (column < width) {
      // The first change of the reference row right of here and to the other colour.
      while (at > 0 && reference[at - 1] > column) {
        at--;
      }
      while (reference[at] < width
          && (((at & 1) == 1) != black || !isRightOf(reference[at], column, start))) {
        at++;
      }
      int mode = mode();
      if (mode == PASS) {
        column = reference[at + 1];
        start = false;
        continue;
      }
      if (mode == HORIZONTAL) {
        column = change(column, run(black));
        column = change(column, run(!black));
      } else {
        int next = reference[at] + mode;
        if (next < column) {
          throw TiffRows.damaged("CCITT codes within the row");
        }
        column = change(column, next - column);
        black = !black;
      }
      start = false;
    }
  }

  /** Before the first pixel a change at the edge counts too. */
  private static boolean isRightOf(int change, int column, boolean start) {
    return change > column || (start && change == 0);
  }

  /** Passing, horizontal, or the distance of a vertical mode. */
  private int mode() {
    int bits = peek(7);
    if (bits >= 0b1000000) {
      return skip(1, 0);
    }
    if (bits >= 0b0010000) {
      int code = bits >> 4;
      return skip(3, code == 1 ? HORIZONTAL : code == 3 ? 1 : -1);
    }
    if (bits >= 0b0001000) {
      return skip(4, PASS);
    }
    if (bits >= 0b0000100) {
      return skip(6, bits >= 0b0000110 ? 2 : -2);
    }
    if (bits >= 0b0000010) {
      return skip(7, bits == 0b0000011 ? 3 : -3);
    }
    throw noCode();
  }

  private int skip(int count, int mode) {
    bit += count;
    checkEnd();
    return mode;
  }

  /** Ends a run and returns the column after it. */
  private int change(int column, int length) {
    if (length > width - column) {
      throw TiffRows.damaged("CCITT runs within the row");
    }
    if (changes >= width + 1) {
      throw TiffRows.damaged("CCITT runs of at least a pixel");
    }
    current[changes++] = column + length;
    return column + length;
  }

  private int run(boolean black) {
    int length = 0;
    while (true) {
      int found = CcittCodes.find(black, peek(CcittCodes.MOST_BITS));
      if (found == 0) {
        throw noCode();
      }
      bit += found & 15;
      checkEnd();
      int part = found >> 4;
      length += part;
      if (length > width) {
        throw TiffRows.damaged("CCITT runs within the row");
      }
      if (part < CcittCodes.MAKE_UP) {
        return length;
      }
    }
  }

  /** Goes on to the bit after the next line end. */
  private void passLineEnd() {
    int zeros = 0;
    while (true) {
      if (take(1) == 0) {
        zeros++;
      } else if (zeros >= LINE_END_ZEROS) {
        return;
      } else {
        zeros = 0;
      }
    }
  }

  private int take(int count) {
    int bits = peek(count);
    bit += count;
    checkEnd();
    return bits;
  }

  /** The next bits; behind the end of the data there are zeros. */
  private int peek(int count) {
    int at = (int) (bit >> 3);
    int word = byteAt(at) << 16 | byteAt(at + 1) << 8 | byteAt(at + 2);
    return word >> (24 - (int) (bit & 7) - count) & ((1 << count) - 1);
  }

  private int byteAt(int at) {
    return at < end ? data[at] & 0xff : 0;
  }

  private void checkEnd() {
    if (bit > (long) end * 8) {
      throw TiffRows.cutShort(data);
    }
  }

  private ImageException noCode() {
    return bit + CcittCodes.MOST_BITS > (long) end * 8
        ? TiffRows.cutShort(data)
        : TiffRows.damaged("CCITT codes");
  }

  private void paint(byte[] row) {
    Arrays.fill(row, (byte) 0);
    for (int i = 0; i < changes && current[i] < width; i += 2) {
      int stop = i + 1 < changes ? current[i + 1] : width;
      for (int x = current[i]; x < stop; x++) {
        row[x >> 3] |= (byte) (0x80 >> (x & 7));
      }
    }
  }
}
