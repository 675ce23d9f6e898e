// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

import java.util.Arrays;

/**
 * The bits of a lossless WebP stream, lowest first, and its prefix codes (RFC 9649, section 3.7).
 */
final class WebpBits {
  private static final int MOST_LENGTH = 15;

  /** In which order the lengths of the code of lengths come. */
  private static final int[] LENGTH_ORDER = {
    17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
  };

  private static final int REPEAT = 16;
  private static final int[] REPEAT_BITS = {2, 3, 7};
  private static final int[] REPEAT_LEAST = {3, 3, 11};

  private final byte[] file;
  private final long end;
  private long position;

  WebpBits(byte[] file, long position, int endByte) {
    this.file = file;
    this.position = position;
    end = endByte * 8L;
  }

  /** The stream ends, or is none. */
  static final class BrokenOff extends Exception {
    private static final long serialVersionUID = 1L;

    BrokenOff() {
      super(null, null, false, false);
    }
  }

  /**
   * A prefix code.
   *
   * @param symbols for each value of the next {@code length} bits the symbol, and above it the bits
   *     of its word
   * @param length bits of the longest word; 0 if there is one symbol only, which takes none
   */
  @SuppressWarnings("ArrayRecordComponent") // internal, never compared
  record Code(int[] symbols, int length) {}

  int read(int count) throws BrokenOff {
    int value = peek(count);
    position += count;
    checkEnd();
    return value;
  }

  int read(Code code) {
    int found = code.symbols[peek(code.length)];
    position += found >>> 16;
    return found & 0xffff;
  }

  void checkEnd() throws BrokenOff {
    if (position > end) {
      throw new BrokenOff();
    }
  }

  /** Behind the end there are zeros. */
  private int peek(int count) {
    int at = (int) (position >> 3);
    long word = byteAt(at) | byteAt(at + 1) << 8 | byteAt(at + 2) << 16 | byteAt(at + 3) << 24;
    return (int) (word >> (position & 7)) & ((1 << count) - 1);
  }

  private long byteAt(int at) {
    return at < end >> 3 ? file[at] & 0xffL : 0;
  }

  /** Reads a code for so many symbols. */
  Code code(int symbols) throws BrokenOff {
    int[] lengths = new int[symbols];
    if (read(1) == 1) {
      boolean two = read(1) == 1;
      take(read(read(1) == 1 ? 8 : 1), lengths);
      if (two) {
        take(read(8), lengths);
      }
    } else {
      readLengths(lengths);
    }
    return code(lengths);
  }

  /** Without a symbol that the code has no place for, as libwebp does: the others stay. */
  private static void take(int symbol, int[] lengths) {
    if (symbol < lengths.length) {
      lengths[symbol] = 1;
    }
  }

  private void readLengths(int[] lengths) throws BrokenOff {
    int[] own = new int[LENGTH_ORDER.length];
    int count = read(4) + 4;
    for (int i = 0; i < count; i++) {
      own[LENGTH_ORDER[i]] = read(3);
    }
    Code code = code(own);
    int left = lengths.length;
    if (read(1) == 1) {
      left = 2 + read(2 + 2 * read(3));
      if (left > lengths.length) {
        throw new BrokenOff();
      }
    }
    int before = 8;
    int symbol = 0;
    while (symbol < lengths.length && left-- > 0) {
      int length = read(code);
      checkEnd();
      if (length < REPEAT) {
        lengths[symbol++] = length;
        before = length == 0 ? before : length;
        continue;
      }
      int kind = length - REPEAT;
      int times = read(REPEAT_BITS[kind]) + REPEAT_LEAST[kind];
      if (times > lengths.length - symbol) {
        throw new BrokenOff();
      }
      Arrays.fill(lengths, symbol, symbol + times, kind == 0 ? before : 0);
      symbol += times;
    }
  }

  /** Makes the code of its lengths: words in order of length, then of symbol. */
  private static Code code(int[] lengths) throws BrokenOff {
    int most = 0;
    int used = 0;
    int last = 0;
    for (int symbol = 0; symbol < lengths.length; symbol++) {
      if (lengths[symbol] > 0) {
        most = Math.max(most, lengths[symbol]);
        used++;
        last = symbol;
      }
    }
    if (used == 1) {
      return new Code(new int[] {last}, 0);
    }
    int[] table = new int[1 << Math.min(most, MOST_LENGTH)];
    int word = 0;
    for (int length = 1; length <= most; length++) {
      for (int symbol = 0; symbol < lengths.length; symbol++) {
        if (lengths[symbol] == length) {
          if (word >= 1 << length) {
            throw new BrokenOff(); // more words than there are
          }
          int first = Integer.reverse(word) >>> (Integer.SIZE - length);
          for (int i = first; i < table.length; i += 1 << length) {
            table[i] = length << 16 | symbol;
          }
          word++;
        }
      }
      word <<= 1;
    }
    if (used == 0 || word != 2 << most) {
      throw new BrokenOff(); // fewer
    }
    return new Code(table, most);
  }
}
