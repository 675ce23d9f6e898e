// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

/**
 * TIFF's LZW: codes of 9 to 12 bits, high bits first, one bit longer a code earlier than in GIF.
 * Streams of the first writers, low bits first, are refused.
 */
final class TiffLzwRows implements TiffRows {
  private static final int CLEAR = 256;
  private static final int END = 257;
  private static final int TABLE = 4096;
  private static final int LEAST_BITS = 9;
  private static final int MOST_BITS = 12;

  private final byte[] data;
  private final int end;
  private int position;
  private int bits;
  private int bitCount;

  private final short[] links = new short[TABLE];
  private final byte[] firsts = new byte[TABLE];
  private final byte[] lasts = new byte[TABLE];
  private final byte[] string = new byte[TABLE];
  private int stringAt = TABLE;
  private int next = END + 1;
  private int codeBits = LEAST_BITS;
  private int previous = -1;

  TiffLzwRows(byte[] data, int from, int end) {
    this.data = data;
    this.end = end;
    position = from;
    if (end - from >= 2 && data[from] == 0 && (data[from + 1] & 1) != 0) {
      throw Refusal.unsupported(ImageKind.TIFF, "LZW of TIFF 6.0", "LZW of before TIFF 5.0");
    }
  }

  @Override
  public void next(byte[] row) {
    int done = 0;
    while (done < row.length) {
      if (stringAt == TABLE) {
        readString();
      }
      int count = Math.min(TABLE - stringAt, row.length - done);
      System.arraycopy(string, stringAt, row, done, count);
      stringAt += count;
      done += count;
    }
  }

  private void readString() {
    int code = code();
    while (code == CLEAR) {
      next = END + 1;
      codeBits = LEAST_BITS;
      previous = -1;
      code = code();
    }
    if (code == END) {
      throw TiffRows.cutShort(data);
    }
    if (previous < 0 ? code > CLEAR : code > next || (code == next && next == TABLE)) {
      throw TiffRows.damaged("LZW codes of the table");
    }
    byte first = first(code == next ? previous : code);
    if (code == next) {
      string[--stringAt] = first;
    }
    int link = code == next ? previous : code;
    while (link > END) {
      string[--stringAt] = lasts[link];
      link = links[link];
    }
    string[--stringAt] = (byte) link;
    if (previous >= 0 && next < TABLE) {
      links[next] = (short) previous;
      firsts[next] = first(previous);
      lasts[next] = first;
      next++;
      if (next == (1 << codeBits) - 1 && codeBits < MOST_BITS) {
        codeBits++;
      }
    }
    previous = code;
  }

  private byte first(int code) {
    return code < CLEAR ? (byte) code : firsts[code];
  }

  private int code() {
    while (bitCount < codeBits) {
      if (position == end) {
        throw TiffRows.cutShort(data);
      }
      bits = bits << 8 | (data[position++] & 0xff);
      bitCount += 8;
    }
    bitCount -= codeBits;
    return bits >>> bitCount & ((1 << codeBits) - 1);
  }
}
