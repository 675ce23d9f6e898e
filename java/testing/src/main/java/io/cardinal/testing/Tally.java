// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.testing;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts the cases of a row of the reliability table, and prints the row's line. A test that fails
 * throws; whoever counts failures prints the line before. Thread-safe.
 */
public final class Tally {
  private final String row;
  private final AtomicLong passed = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private final AtomicLong skipped = new AtomicLong();

  /**
   * Begins at zero.
   *
   * @param row such as {@code L2}
   */
  public Tally(String row) {
    this.row = row;
  }

  /** Some cases passed. */
  public void pass(long cases) {
    passed.addAndGet(cases);
  }

  /** A case passed. */
  public void pass() {
    pass(1);
  }

  /** A case failed. */
  public void fail() {
    fail(1);
  }

  /** Some cases failed. */
  public void fail(long cases) {
    failed.addAndGet(cases);
  }

  /** A case could not be tried here. */
  public void skip() {
    skipped.incrementAndGet();
  }

  /** Cases that passed. */
  public long passed() {
    return passed.get();
  }

  /** Cases that failed. */
  public long failed() {
    return failed.get();
  }

  /** Prints the line: one that crashed or hanged would never come here. */
  public void print() {
    System.out.printf(
        "%s: %d passed, %d failed, %d skipped, 0 crashed, 0 hanged%n",
        row, passed.get(), failed.get(), skipped.get());
  }
}
