// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli.report;

/** First answers counted by how probable the network held them to be, in bins of equal width. */
final class Confidences {
  /** How many bins there are from 0 to 1. */
  static final int BINS = 20;

  private final long[] counts = new long[BINS];
  private final long[] right = new long[BINS];
  private final double[] sums = new double[BINS];
  private long notNumbers;

  /**
   * Counts an answer.
   *
   * @param probability of the first class
   * @param isRight whether that is the true class
   */
  void add(float probability, boolean isRight) {
    if (Float.isNaN(probability)) {
      notNumbers++;
      return;
    }
    int bin = Math.min(BINS - 1, (int) (probability * BINS));
    counts[bin]++;
    sums[bin] += probability;
    right[bin] += isRight ? 1 : 0;
  }

  long count(int bin) {
    return counts[bin];
  }

  /** How many answers of a bin are right. */
  long right(int bin) {
    return right[bin];
  }

  /** The mean probability in a bin that is not empty. */
  double mean(int bin) {
    return sums[bin] / counts[bin];
  }

  /** Answers whose probability is no number. */
  long notNumbers() {
    return notNumbers;
  }

  /**
   * The expected calibration error (Naeini, Cooper and Hauskrecht, AAAI 2015): the mean distance of
   * a bin's accuracy from its mean probability, weighted by the bins' counts; NaN without answers.
   */
  double calibrationError() {
    long all = 0;
    double distance = 0;
    for (int bin = 0; bin < BINS; bin++) {
      all += counts[bin];
      distance += Math.abs(right[bin] - sums[bin]);
    }
    return all == 0 ? Double.NaN : distance / all;
  }
}
