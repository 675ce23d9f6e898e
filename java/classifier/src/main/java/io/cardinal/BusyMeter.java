// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal;

/**
 * Adds up how long some workers are busy, from when calls to them begin and end: at any time as
 * many as there are calls, but no more than there are workers. Thread-safe.
 */
final class BusyMeter {
  private final int workers;
  private int calls;
  private long since;
  private long busy;

  BusyMeter(int workers) {
    this.workers = workers;
  }

  void begin(long now) {
    change(now, 1);
  }

  void end(long now) {
    change(now, -1);
  }

  /** Nanoseconds, summed over the workers, of calls that have ended. */
  synchronized long nanoseconds() {
    return busy;
  }

  private synchronized void change(long now, int difference) {
    busy += Math.max(0, now - since) * Math.min(calls, workers);
    since = Math.max(now, since);
    calls += difference;
  }
}
