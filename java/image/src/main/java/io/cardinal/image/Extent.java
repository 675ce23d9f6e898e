// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

/**
 * A size in pixels.
 *
 * @param height rows; 0 where a picture is too long for its short side to have any
 * @param width pixels a row, likewise
 */
public record Extent(int height, int width) {
  /**
   * Refuses negative sizes.
   *
   * @param height rows, 0 or more
   * @param width pixels a row, 0 or more
   */
  public Extent {
    if (height < 0 || width < 0) {
      throw new IllegalArgumentException("a size is negative: " + height + " x " + width);
    }
  }

  @Override
  public String toString() {
    return height + " x " + width;
  }
}
