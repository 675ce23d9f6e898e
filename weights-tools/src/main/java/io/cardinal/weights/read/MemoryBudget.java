// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.weights.read;

import io.cardinal.engine.ModelException;
import io.cardinal.engine.ModelException.Reason;

/** Counts what the objects of a pickle take, before they are made. Sizes are rounded up. */
final class MemoryBudget {
  /** A reference and the little objects that come with it. */
  static final int NODE = 64;

  private static final long FIXED = 10L << 20;

  private final String name;
  private final long limit;
  private long used;

  /** A budget for a file of that size: with buffers, at most twice the size plus 16 MiB. */
  MemoryBudget(String name, long fileSize) {
    this.name = name;
    this.limit = FIXED + fileSize;
  }

  void take(long bytes) {
    used += bytes;
    if (used > limit) {
      throw new ModelException(
          Reason.CORRUPT,
          name + ": the pickle would fill more memory than its file can account for",
          "at most " + limit + " bytes",
          "more",
          "");
    }
  }
}
