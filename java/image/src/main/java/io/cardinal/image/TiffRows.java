// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

/** The bytes of a segment, row after row. */
interface TiffRows {
  /**
   * Fills a row with the next bytes.
   *
   * @throws ImageException if they are damaged, or there are no more
   */
  void next(byte[] row);

  /** Bytes that are not compressed. */
  static TiffRows stored(byte[] data, int from, int end) {
    return new TiffRows() {
      private int position = from;

      @Override
      public void next(byte[] row) {
        if (end - position < row.length) {
          throw cutShort(data);
        }
        System.arraycopy(data, position, row, 0, row.length);
        position += row.length;
      }
    };
  }

  static ImageException cutShort(byte[] data) {
    return Refusal.truncated(ImageKind.TIFF, "data for every row", data.length);
  }

  static ImageException damaged(String expected) {
    return Refusal.corrupt(ImageKind.TIFF, expected, "an error in it");
  }
}
