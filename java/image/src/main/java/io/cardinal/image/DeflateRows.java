// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** A zlib stream; the inflater is the caller's. */
final class DeflateRows implements TiffRows {
  private final byte[] data;
  private final Inflater inflater;

  DeflateRows(byte[] data, int from, int end, Inflater inflater) {
    this.data = data;
    this.inflater = inflater;
    inflater.reset();
    inflater.setInput(data, from, end - from);
  }

  @Override
  public void next(byte[] row) {
    int done = 0;
    try {
      while (done < row.length) {
        int count = inflater.inflate(row, done, row.length - done);
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
