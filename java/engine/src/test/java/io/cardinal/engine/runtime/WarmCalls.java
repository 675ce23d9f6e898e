// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.runtime;

import java.util.function.LongSupplier;

/** What calls allocate once the JVM has compiled them. */
final class WarmCalls {
  private static final int ROUNDS = 20;

  private WarmCalls() {}

  /**
   * Measures rounds of calls until one allocates nothing, and gives its bytes, or those of the last
   * of twenty. When a path is compiled is the JVM's affair, and each time may cost an object; what
   * a call allocates by itself is in every round.
   */
  static long allocated(LongSupplier round) {
    long bytes = -1;
    for (int i = 0; i < ROUNDS && bytes != 0; i++) {
      bytes = round.getAsLong();
    }
    return bytes;
  }
}
