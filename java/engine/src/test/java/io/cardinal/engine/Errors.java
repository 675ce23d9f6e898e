// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine;

/** How far answers are from what was expected. */
public final class Errors {
  private Errors() {}

  /** The largest absolute difference over the largest absolute expected value. */
  public static double relative(float[] found, float[] expected) {
    if (found.length != expected.length) {
      throw new AssertionError(found.length + " values in place of " + expected.length);
    }
    double largest = 0;
    double difference = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs(expected[i]));
      double distance = Math.abs((double) found[i] - expected[i]);
      difference = distance <= difference ? difference : distance; // NaN stays
    }
    return difference == 0 ? 0 : difference / largest;
  }
}
