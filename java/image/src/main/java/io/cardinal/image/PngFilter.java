// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

/** Undoes the filters that PNG puts on rows before compressing them (specification, clause 9). */
final class PngFilter {
  private PngFilter() {}

  /**
   * Restores a row in place.
   *
   * @param row the filter's number, then the filtered bytes
   * @param previous the row above, restored; zeros above the first one
   * @param pixel bytes a pixel, 1 for packed pixels
   * @return false if there is no such filter
   */
  static boolean undo(byte[] row, byte[] previous, int pixel) {
    switch (row[0]) {
      case 0 -> {}
      case 1 -> undoLeft(row, pixel);
      case 2 -> undoAbove(row, previous);
      case 3 -> undoAverage(row, previous, pixel);
      case 4 -> undoPaeth(row, previous, pixel);
      default -> {
        return false;
      }
    }
    return true;
  }

  private static void undoLeft(byte[] row, int pixel) {
    for (int i = 1 + pixel; i < row.length; i++) {
      row[i] += row[i - pixel];
    }
  }

  private static void undoAbove(byte[] row, byte[] previous) {
    for (int i = 1; i < row.length; i++) {
      row[i] += previous[i];
    }
  }

  private static void undoAverage(byte[] row, byte[] previous, int pixel) {
    int edge = Math.min(row.length, 1 + pixel);
    for (int i = 1; i < edge; i++) {
      row[i] += (byte) ((previous[i] & 0xff) >> 1);
    }
    for (int i = edge; i < row.length; i++) {
      row[i] += (byte) (((row[i - pixel] & 0xff) + (previous[i] & 0xff)) >> 1);
    }
  }

  private static void undoPaeth(byte[] row, byte[] previous, int pixel) {
    int edge = Math.min(row.length, 1 + pixel);
    for (int i = 1; i < edge; i++) {
      row[i] += previous[i];
    }
    for (int i = edge; i < row.length; i++) {
      row[i] += (byte) paeth(row[i - pixel] & 0xff, previous[i] & 0xff, previous[i - pixel] & 0xff);
    }
  }

  /** Of three neighbours the one nearest to {@code left + above - corner}; ties in this order. */
  private static int paeth(int left, int above, int corner) {
    int toLeft = Math.abs(above - corner);
    int toAbove = Math.abs(left - corner);
    int toCorner = Math.abs(left + above - 2 * corner);
    if (toLeft <= toAbove && toLeft <= toCorner) {
      return left;
    }
    return toAbove <= toCorner ? above : corner;
  }
}
