// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.testing;

import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * How much a test does. The property {@code cardinal.scale} says it: {@code quick} by default,
 * {@code ci} for what the reliability table wants of each change, {@code soak} for all of the
 * table, as {@code mvn verify -Psoak} does it.
 */
public enum Scale {
  /** A few of each kind of case, in seconds. */
  QUICK,
  /** The sizes that must be run before a change is taken, in a minute or so each. */
  CI,
  /** All, in hours. */
  SOAK;

  private static final Scale GIVEN =
      valueOf(System.getProperty("cardinal.scale", "quick").toUpperCase(Locale.ROOT));

  private static final int MINUTES = Integer.getInteger("cardinal.minutes", Integer.MAX_VALUE);
  private static final long START = System.nanoTime();

  /** Whether this is the scale of every build. */
  public static boolean isQuick() {
    return GIVEN == QUICK;
  }

  /** Whether this is a soak. */
  public static boolean isSoak() {
    return GIVEN == SOAK;
  }

  /**
   * Whether there is time for another case: tests of many slow ones end early, and count what they
   * did, when {@code -Dcardinal.minutes} are over. They count from the JVM's first use of this
   * class, so are for one test at a time.
   */
  public static boolean hasTime() {
    return TimeUnit.NANOSECONDS.toMinutes(System.nanoTime() - START) < MINUTES;
  }

  /** The number for this scale. */
  public static int of(int quick, int ci, int soak) {
    return switch (GIVEN) {
      case QUICK -> quick;
      case CI -> ci;
      case SOAK -> soak;
    };
  }

  /** The second number in a soak, else the first one. */
  public static int of(int usual, int soak) {
    return of(usual, usual, soak);
  }

  /**
   * The seed of a randomised test: a new one each time, or that of {@code -Dcardinal.seed}. It is
   * printed, so that a failure can be repeated.
   *
   * @param test which one
   */
  public static long seed(Class<?> test) {
    long seed = Long.getLong("cardinal.seed", new Random().nextLong());
    System.out.println(test.getSimpleName() + ": repeat with -Dcardinal.seed=" + seed);
    return seed;
  }
}
