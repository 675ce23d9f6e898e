// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

/**
 * The filters of Pillow's resize; shrinking widens them (antialias), enlarging does not.
 *
 * <p>The cubic is Keys's convolution kernel with a = -0.5 (R. Keys, 1981).
 */
public enum Interpolation {
  /** A triangle, one source sample wide on each side. */
  BILINEAR(1.0) {
    @Override
    double weight(double distance) {
      double t = Math.abs(distance);
      return t < 1.0 ? 1.0 - t : 0.0;
    }
  },
  /** A cubic, two source samples wide on each side, with negative lobes. */
  BICUBIC(2.0) {
    @Override
    double weight(double distance) {
      double t = Math.abs(distance);
      if (t < 1.0) {
        return ((A + 2.0) * t - (A + 3.0)) * t * t + 1.0;
      }
      return t < 2.0 ? (((t - 5.0) * t + 8.0) * t - 4.0) * A : 0.0;
    }
  };

  private static final double A = -0.5;

  private final double reach;

  Interpolation(double reach) {
    this.reach = reach;
  }

  /** Where the filter ends on each side, in source samples. */
  double reach() {
    return reach;
  }

  /** The filter's value, not normalised. */
  abstract double weight(double distance);
}
