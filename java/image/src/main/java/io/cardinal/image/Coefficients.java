// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

/**
 * The integer weights of one pass of a resize: for each target sample the first source sample and
 * the weights from there on.
 *
 * <p>As Pillow computes them: filter values and their sum in double, then fixed point with {@link
 * #BITS} bits, halves rounded away from zero.
 */
final class Coefficients {
  /** Bits after the point. */
  static final int BITS = 22;

  /** Half a unit, where every sum begins. */
  static final int HALF = 1 << (BITS - 1);

  /** Which weights: target samples {@code start} up to {@code end} of a pass. */
  record Key(Interpolation filter, int from, int to, int start, int end) {
    /** An upper bound of the weights of one target sample. */
    int taps() {
      double support = filter.reach() * Math.max((double) from / to, 1.0);
      return (int) Math.min(from, 2.0 * support + 3.0);
    }
  }

  private final int[] first;

  /** Where the weights of each target sample begin; one more entry than samples. */
  private final int[] offsets;

  private final int[] weights;

  private Coefficients(int[] first, int[] offsets, int[] weights) {
    this.first = first;
    this.offsets = offsets;
    this.weights = weights;
  }

  /** Computes weights; {@code (end - start) * taps()} of them must fit an array. */
  static Coefficients of(Key key) {
    int count = key.end() - key.start();
    int[] first = new int[count];
    int[] offsets = new int[count + 1];
    int[] weights = new int[Math.multiplyExact(count, key.taps())];
    double[] values = new double[key.taps()];
    for (int i = 0; i < count; i++) {
      int x = key.start() + i;
      first[i] = first(key, x);
      int taps = end(key, x) - first[i];
      weigh(key, x, first[i], taps, values);
      for (int t = 0; t < taps; t++) {
        weights[offsets[i] + t] = fixedPoint(values[t]);
      }
      offsets[i + 1] = offsets[i] + taps;
    }
    return new Coefficients(first, offsets, weights);
  }

  /** The first source sample that the filter around target sample x touches. */
  static int first(Key key, int x) {
    return Math.max((int) (center(key, x) - support(key) + 0.5), 0);
  }

  /** The source sample after the last one that the filter touches. */
  static int end(Key key, int x) {
    return Math.min((int) (center(key, x) + support(key) + 0.5), key.from());
  }

  /** The first source sample of the i-th target sample. */
  int first(int i) {
    return first[i];
  }

  /** Where its weights begin in {@link #weights()}. */
  int offset(int i) {
    return offsets[i];
  }

  int taps(int i) {
    return offsets[i + 1] - offsets[i];
  }

  int[] weights() {
    return weights;
  }

  int size() {
    return weights.length;
  }

  private static void weigh(Key key, int x, int first, int taps, double[] values) {
    double center = center(key, x);
    double shrink = 1.0 / stretch(key);
    double total = 0.0;
    for (int t = 0; t < taps; t++) {
      values[t] = key.filter().weight((first + t - center + 0.5) * shrink);
      total += values[t];
    }
    if (total != 0.0) {
      for (int t = 0; t < taps; t++) {
        values[t] /= total;
      }
    }
  }

  private static int fixedPoint(double weight) {
    return (int) (weight * (1 << BITS) + (weight < 0 ? -0.5 : 0.5));
  }

  private static double scale(Key key) {
    return (double) key.from() / key.to();
  }

  private static double stretch(Key key) {
    return Math.max(scale(key), 1.0);
  }

  private static double support(Key key) {
    return key.filter().reach() * stretch(key);
  }

  private static double center(Key key, int x) {
    return (x + 0.5) * scale(key);
  }
}
