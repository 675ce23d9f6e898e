// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.testing;

import java.util.Random;

/**
 * How much a test does: a little on each change, all of it under {@code mvn verify -Psoak}, which
 * sets {@code cardinal.soak}.
 */
public final class Scale {
  private static final boolean IS_SOAK = Boolean.getBoolean("cardinal.soak");

  private Scale() {}

  /** Whether this is a soak. */
  public static boolean isSoak() {
    return IS_SOAK;
  }

  /** The first number on each change, the second one in a soak. */
  public static int of(int usual, int soak) {
    return IS_SOAK ? soak : usual;
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
