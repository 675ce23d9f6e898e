// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli.inputs;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The records of a list, as bytes: lines, which end with LF or CR LF, or what stands between NULs.
 * Empty ones are left out.
 */
final class LineReader implements AutoCloseable {
  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

  private final InputStream in;
  private final boolean isNulSeparated;
  private final int longest;
  private final byte[] buffer = new byte[1 << 16];
  private int start;
  private int end;
  private long line = 1;
  private long lineOfRecord = 1;
  private boolean isFirst = true;

  /**
   * Reads a list.
   *
   * @param in closed with this
   * @param isNulSeparated whether records end at a NUL
   * @param longest record, in bytes
   */
  LineReader(InputStream in, boolean isNulSeparated, int longest) {
    this.in = in;
    this.isNulSeparated = isNulSeparated;
    this.longest = longest;
  }

  /** The next record; null at the end. */
  byte @Nullable [] next() throws IOException {
    byte[] record = new byte[256];
    int length = 0;
    while (true) {
      int next = read();
      if (next < 0 || isEnd(next)) {
        length -= endsWithReturn(record, length) ? 1 : 0;
        int from = isFirst && startsWithMark(record, length) ? BYTE_ORDER_MARK.length : 0;
        isFirst &= length == 0;
        lineOfRecord = line;
        line += next == '\n' || next == 0 ? 1 : 0;
        if (length > from) {
          return Arrays.copyOfRange(record, from, length);
        }
        length = 0;
        if (next < 0) {
          return null;
        }
      } else {
        if (length == longest) {
          throw new IOException(
              "line " + line + " has more than " + longest + " bytes: this is no list of names");
        }
        record = length < record.length ? record : Arrays.copyOf(record, 2 * length);
        record[length++] = (byte) next;
      }
    }
  }

  /** The number of the record's line, from 1. */
  long line() {
    return lineOfRecord;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  private int read() throws IOException {
    if (start == end) {
      start = 0;
      end = Math.max(0, in.read(buffer));
      if (end == 0) {
        return -1;
      }
    }
    return buffer[start++] & 0xFF;
  }

  private boolean isEnd(int next) {
    return next == (isNulSeparated ? 0 : '\n');
  }

  /** A line may end as on Windows; anywhere else a carriage return is part of a name. */
  private boolean endsWithReturn(byte[] record, int length) {
    return !isNulSeparated && length > 0 && record[length - 1] == '\r';
  }

  private boolean startsWithMark(byte[] record, int length) {
    int mark = BYTE_ORDER_MARK.length;
    return !isNulSeparated
        && length >= mark
        && Arrays.equals(record, 0, mark, BYTE_ORDER_MARK, 0, mark);
  }
}
