// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

import io.cardinal.image.ImageException.Reason;

/**
 * To which size a picture is resized before it is cropped: a pure function of its own size.
 *
 * <p>The arithmetic is torchvision's ({@link ShortSide}, {@link Exact}) and timm's ({@link Fit},
 * {@link Cover}), roundings included.
 */
public sealed interface Resize {
  /** The largest side that a recipe may ask for. */
  int MAX_SIDE = 16_384;

  /**
   * The size that a picture gets.
   *
   * @param picture its size, both sides at least 1
   * @return its new size
   * @throws ImageException ({@code UNSUPPORTED}) if a side would be longer than an int counts
   */
  Extent target(Extent picture);

  /** No resize: only a crop, with padding where the picture is smaller. */
  record Unchanged() implements Resize {
    @Override
    public Extent target(Extent picture) {
      return picture;
    }
  }

  /**
   * The shorter side gets this length, the longer one {@code trunc(pixels * long / short)}.
   *
   * @param pixels from 1 to {@link #MAX_SIDE}
   */
  record ShortSide(int pixels) implements Resize {
    /**
     * Checks the range.
     *
     * @param pixels the short side, 1 or more
     */
    public ShortSide {
      checkSide(pixels);
    }

    @Override
    public Extent target(Extent picture) {
      int height = picture.height();
      int width = picture.width();
      return width <= height
          ? new Extent(longSide(height, width), pixels)
          : new Extent(pixels, longSide(width, height));
    }

    private int longSide(int longer, int shorter) {
      return toSide((double) ((long) pixels * longer) / shorter);
    }
  }

  /**
   * Both sides are given; the shape may be lost.
   *
   * @param height from 1 to {@link #MAX_SIDE}
   * @param width likewise
   */
  record Exact(int height, int width) implements Resize {
    /**
     * Checks the ranges.
     *
     * @param height rows, 1 or more
     * @param width pixels a row, 1 or more
     */
    public Exact {
      checkSide(height);
      checkSide(width);
    }

    @Override
    public Extent target(Extent picture) {
      return new Extent(height, width);
    }
  }

  /**
   * As large as fits inside, the shape kept: both sides divided by the larger of the two ratios,
   * rounded half to even. A side can become 0.
   *
   * @param height from 1 to {@link #MAX_SIDE}
   * @param width likewise
   */
  record Fit(int height, int width) implements Resize {
    /**
     * Checks the ranges.
     *
     * @param height rows, 1 or more
     * @param width pixels a row, 1 or more
     */
    public Fit {
      checkSide(height);
      checkSide(width);
    }

    @Override
    public Extent target(Extent picture) {
      double down = (double) picture.height() / height;
      double across = (double) picture.width() / width;
      return divided(picture, Math.max(down, across));
    }
  }

  /**
   * As small as covers it, the shape kept: both sides divided by the smaller of the two ratios,
   * rounded half to even.
   *
   * @param height from 1 to {@link #MAX_SIDE}
   * @param width likewise
   */
  record Cover(int height, int width) implements Resize {
    /**
     * Checks the ranges.
     *
     * @param height rows, 1 or more
     * @param width pixels a row, 1 or more
     */
    public Cover {
      checkSide(height);
      checkSide(width);
    }

    @Override
    public Extent target(Extent picture) {
      double down = (double) picture.height() / height;
      double across = (double) picture.width() / width;
      return divided(picture, Math.min(down, across));
    }
  }

  private static Extent divided(Extent picture, double ratio) {
    return new Extent(
        toSide(Math.rint(picture.height() / ratio)), toSide(Math.rint(picture.width() / ratio)));
  }

  private static int toSide(double side) {
    if (side > Integer.MAX_VALUE) {
      throw new ImageException(
          Reason.UNSUPPORTED,
          "the picture is too long for this resize",
          "a resized side below 2147483648 pixels",
          "about 10^" + (int) Math.log10(side) + " pixels",
          "crop the picture");
    }
    return (int) side;
  }

  private static void checkSide(int pixels) {
    if (pixels < 1 || pixels > MAX_SIDE) {
      throw new IllegalArgumentException(
          "a side must be from 1 to " + MAX_SIDE + " pixels, is " + pixels);
    }
  }
}
