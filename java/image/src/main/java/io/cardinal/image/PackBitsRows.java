// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

import java.util.Arrays;

/** PackBits: a count, then so many bytes or one byte so many times. */
final class PackBitsRows implements TiffRows {
  private final byte[] data;
  private final int end;
  private int position;
  private int literals;
  private int repeats;
  private byte repeated;

  PackBitsRows(byte[] data, int from, int end) {
    this.data = data;
    this.end = end;
    position = from;
  }

  @Override
  public void next(byte[] row) {
    int done = 0;
    while (done < row.length) {
      if (literals > 0) {
        int count = Math.min(literals, row.length - done);
        System.arraycopy(data, position, row, done, count);
        position += count;
        literals -= count;
        done += count;
      } else if (repeats > 0) {
        int count = Math.min(repeats, row.length - done);
        Arrays.fill(row, done, done + count, repeated);
        repeats -= count;
        done += count;
      } else {
        readCount();
      }
    }
  }

  private void readCount() {
    if (position >= end) {
      throw TiffRows.cutShort(data);
    }
    int count = data[position++];
    if (count >= 0) {
      literals = count + 1;
    } else if (count != -128) {
      repeats = 1 - count;
    }
    if (literals > end - position || (repeats > 0 && position >= end)) {
      throw TiffRows.cutShort(data);
    }
    if (repeats > 0) {
      repeated = data[position++];
    }
  }
}
