// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** A zlib stream; the inflater and its blocks are the caller's. */
final class DeflateRows implements TiffRows {
  private final byte[] data;
  private final Inflater inflater;
  private final InflatedBlocks blocks;

  /** Begins a stream of which so many bytes are wanted, all rows together. */
  DeflateRows(
      byte[] data, int from, int end, Inflater inflater, InflatedBlocks blocks, long bytes) {
    this.data = data;
    this.inflater = inflater;
    this.blocks = blocks;
    inflater.reset();
    inflater.setInput(data, from, end - from);
    blocks.begin(bytes);
  }

  @Override
  public void next(byte[] row) {
    int done = 0;
    try {
      while (done < row.length) {
        int count = blocks.read(row, done, row.length - done);
        done += count;
        if (count == 0) {
          if (inflater.needsDictionary()) {
            throw TiffRows.damaged("a zlib stream without a dictionary");
          }
          throw TiffRows.cutShort(data);
        }
      }
    } catch (DataFormatException e) {
      throw TiffRows.damaged("a zlib stream");
    }
  }
}
