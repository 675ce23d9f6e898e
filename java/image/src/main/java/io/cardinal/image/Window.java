// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

/**
 * A rectangle of a larger picture, in the coordinates of that picture.
 *
 * @param top its first row
 * @param left its first column
 * @param height rows held
 * @param width pixels a row held
 * @param rgb samples, three a pixel, no padding
 */
@SuppressWarnings("ArrayRecordComponent") // internal, never compared
record Window(int top, int left, int height, int width, byte[] rgb) {
  /** The index of a pixel's first sample; row and column are those of the larger picture. */
  int index(int row, int column) {
    return ((row - top) * width + (column - left)) * Pixels.CHANNELS;
  }

  int rowBytes() {
    return width * Pixels.CHANNELS;
  }
}
