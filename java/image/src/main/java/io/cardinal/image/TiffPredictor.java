// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

/** Undoes TIFF's differences of neighbouring pixels (predictor 2). */
final class TiffPredictor {
  private TiffPredictor() {}

  /**
   * Restores a row in place.
   *
   * @param bits of a sample: 8, 16 or 32
   * @param samples from a sample to the one it is the difference to
   * @param big whether samples have their high byte first
   */
  static void undo(byte[] row, int bits, int samples, boolean big) {
    int size = bits / 8;
    int distance = size * samples;
    if (size == 1) {
      for (int i = distance; i < row.length; i++) {
        row[i] += row[i - distance];
      }
      return;
    }
    for (int i = distance; i + size <= row.length; i += size) {
      int carry = 0;
      for (int b = 0; b < size; b++) {
        int at = big ? i + size - 1 - b : i + b;
        carry += (row[at] & 0xff) + (row[at - distance] & 0xff);
        row[at] = (byte) carry;
        carry >>= 8;
      }
    }
  }
}
