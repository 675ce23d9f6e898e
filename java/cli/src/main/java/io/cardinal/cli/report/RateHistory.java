// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Rows over time, in a bounded number of intervals whatever the run's length: when they are full,
 * each two become one.
 */
final class RateHistory {
  private static final int INTERVALS = 240;
  private static final long FIRST_NANOSECONDS = 50_000_000;

  private final long[] answered = new long[INTERVALS];
  private final long[] failed = new long[INTERVALS];
  private long width = FIRST_NANOSECONDS;
  private long end;

  /**
   * Part of a run.
   *
   * @param start nanoseconds since the run's start
   * @param end likewise
   * @param answered images with an answer
   * @param failed images without
   */
  record Interval(long start, long end, long answered, long failed) {
    /** A count as a rate, in images per second. */
    double perSecond(long count) {
      return count * 1e9 / (end - start);
    }
  }

  /**
   * Counts a row.
   *
   * @param nanoseconds since the run's start
   */
  void add(long nanoseconds, boolean isAnswered) {
    end = Math.max(end, nanoseconds);
    while (end / width >= INTERVALS) {
      merge();
    }
    (isAnswered ? answered : failed)[(int) (end / width)]++;
  }

  /** Nanoseconds from the start to the last row. */
  long nanoseconds() {
    return end;
  }

  /**
   * The intervals in order; the last one ends with the run, and is no shorter than half of another.
   *
   * @param most how many at most, at least 1
   */
  List<Interval> intervals(int most) {
    int used = (int) (end / width) + 1;
    int together = (used + most - 1) / most;
    int count = (int) Math.max(1, Math.round((double) end / (together * width)));
    List<Interval> intervals = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      boolean isLast = i == count - 1;
      int from = i * together;
      int to = isLast ? used : from + together;
      intervals.add(
          new Interval(
              from * width,
              isLast ? Math.max(end, 1) : to * width,
              Arrays.stream(answered, from, to).sum(),
              Arrays.stream(failed, from, to).sum()));
    }
    return intervals;
  }

  private void merge() {
    for (long[] counts : new long[][] {answered, failed}) {
      for (int i = 0; i < INTERVALS / 2; i++) {
        counts[i] = counts[2 * i] + counts[2 * i + 1];
      }
      Arrays.fill(counts, INTERVALS / 2, INTERVALS, 0);
    }
    width *= 2;
  }
}
