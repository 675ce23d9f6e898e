// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.plan;

import io.cardinal.engine.platform.NativeMemory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Places values in one arena so that values alive at the same time never overlap.
 *
 * <p>Greedy by size: the largest value first, each at the lowest cache line where it fits among
 * those already placed whose lifetimes meet its own (Pisarchyk and Lee, arXiv 2001.03288).
 */
final class MemoryPlanner {
  private MemoryPlanner() {}

  /**
   * A value's life.
   *
   * @param bytes its size
   * @param first the step that writes it
   * @param last the last step that reads it
   */
  record Lifetime(long bytes, int first, int last) {
    boolean meets(Lifetime other) {
      return first <= other.last && other.first <= last;
    }
  }

  /**
   * Where each value stands.
   *
   * @param offsets of each lifetime, in the order given
   * @param bytes the size of the arena
   */
  record Placement(List<Long> offsets, long bytes) {}

  static Placement place(List<Lifetime> lifetimes) {
    long[] offsets = new long[lifetimes.size()];
    List<Integer> bySize = new ArrayList<>();
    for (int i = 0; i < lifetimes.size(); i++) {
      bySize.add(i);
    }
    bySize.sort(Comparator.comparingLong((Integer i) -> -lifetimes.get(i).bytes()));
    List<Integer> placed = new ArrayList<>();
    long end = 0;
    for (int value : bySize) {
      offsets[value] = lowestOffset(value, lifetimes, placed, offsets);
      placed.add(value);
      placed.sort(Comparator.comparingLong((Integer i) -> offsets[i]));
      end = Math.max(end, offsets[value] + lifetimes.get(value).bytes());
    }
    return new Placement(Arrays.stream(offsets).boxed().toList(), NativeMemory.align(end));
  }

  private static long lowestOffset(
      int value, List<Lifetime> lifetimes, List<Integer> placedByOffset, long[] offsets) {
    Lifetime life = lifetimes.get(value);
    long candidate = 0;
    for (int other : placedByOffset) {
      if (life.meets(lifetimes.get(other))) {
        if (candidate + life.bytes() <= offsets[other]) {
          break;
        }
        candidate =
            Math.max(candidate, NativeMemory.align(offsets[other] + lifetimes.get(other).bytes()));
      }
    }
    return candidate;
  }
}
