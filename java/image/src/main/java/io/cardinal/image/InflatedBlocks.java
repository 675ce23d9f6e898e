// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Inflates block by block and hands out rows, so that rows of a few bytes do not cost a call of
 * zlib each: a picture may have as many of them as pixels. It inflates no byte more than it was
 * told of, since what follows a picture is not to be looked at.
 */
final class InflatedBlocks {
  private final byte[] block = new byte[1 << 14];
  private final Inflater inflater;
  private int position;
  private int end;
  private long left;

  /** Takes what an inflater gives; its input and its end are the caller's to see to. */
  InflatedBlocks(Inflater inflater) {
    this.inflater = inflater;
  }

  /** Begins a stream of which so many bytes are wanted. */
  void begin(long bytes) {
    left = bytes;
    position = 0;
    end = 0;
  }

  /**
   * Fills a part of an array as {@link Inflater#inflate} does, with some bytes or, where the
   * inflater gives none, with none.
   */
  int read(byte[] out, int from, int length) throws DataFormatException {
    if (isEmpty()) {
      if (length >= block.length) {
        int count = inflater.inflate(out, from, length);
        left -= count;
        return count;
      }
      position = 0;
      end = inflater.inflate(block, 0, (int) Math.min(block.length, left));
      left -= end;
    }
    int count = Math.min(length, end - position);
    System.arraycopy(block, position, out, from, count);
    position += count;
    return count;
  }

  /** Whether all that was inflated has been handed out. */
  boolean isEmpty() {
    return position == end;
  }
}
