// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.testing;

import java.util.List;
import java.util.concurrent.TimeUnit;

/** The threads of this process, by name. */
public final class LiveThreads {
  private static final long LONGEST = TimeUnit.SECONDS.toNanos(30);

  private LiveThreads() {}

  /** Those that live now and whose whole name matches a regular expression. */
  public static List<Thread> named(String pattern) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.isAlive() && thread.getName().matches(pattern))
        .toList();
  }

  /**
   * Those that do not end by themselves within 30 seconds. An executor is terminated a moment
   * before its last thread is gone, so a single look would see threads that are just ending.
   */
  public static List<Thread> left(String pattern) throws InterruptedException {
    long start = System.nanoTime();
    List<Thread> left = named(pattern);
    while (!left.isEmpty() && System.nanoTime() - start < LONGEST) {
      Thread.sleep(1);
      left = named(pattern);
    }
    return left;
  }
}
