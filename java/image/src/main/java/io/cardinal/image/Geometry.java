// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

import io.cardinal.image.ImageException.Reason;

/**
 * Where the answer lies in the resized picture: plain numbers, worked out from the sizes alone.
 *
 * @param scaled the size that the picture is resized to
 * @param top the row of the resized picture that becomes the first; negative where padding comes
 *     first
 * @param left the column, likewise
 * @param crop the size of the answer
 */
record Geometry(Extent scaled, int top, int left, Extent crop) {
  /**
   * Plans a resize and a centre crop.
   *
   * @throws ImageException ({@code UNSUPPORTED}) if the picture is so long that a side vanishes
   */
  static Geometry of(Extent picture, Resize resize, Extent crop) {
    Extent scaled = resize.target(picture);
    if (scaled.height() == 0 || scaled.width() == 0) {
      throw new ImageException(
          Reason.UNSUPPORTED,
          "the picture is too long for this resize",
          "at least one pixel in each direction afterwards",
          picture + " pixels (height x width) becoming " + scaled,
          "crop the picture, or use another crop mode");
    }
    return new Geometry(
        scaled, offset(scaled.height(), crop.height()), offset(scaled.width(), crop.width()), crop);
  }

  /** Half of what is missing, rounded down, before it; half of a surplus, half to even, cut off. */
  private static int offset(int scaled, int crop) {
    return scaled < crop ? -((crop - scaled) / 2) : (int) Math.rint((scaled - crop) / 2.0);
  }
}
