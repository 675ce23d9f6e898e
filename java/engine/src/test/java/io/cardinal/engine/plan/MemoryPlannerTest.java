// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.cardinal.engine.plan.MemoryPlanner.Lifetime;
import io.cardinal.engine.plan.MemoryPlanner.Placement;
import io.cardinal.engine.platform.NativeMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Where values stand in the arena. */
class MemoryPlannerTest {
  @Test
  void shouldPlaceNothing() {
    assertThat(MemoryPlanner.place(List.of()).bytes()).isZero();
  }

  @Test
  void shouldReuseThePlaceOfAValueThatDied() {
    Placement placement =
        MemoryPlanner.place(
            List.of(new Lifetime(1000, 0, 1), new Lifetime(500, 1, 2), new Lifetime(1000, 2, 3)));
    assertThat(placement.offsets().get(0)).isZero();
    assertThat(placement.offsets().get(2)).isZero();
    assertThat(placement.offsets().get(1)).isEqualTo(1024);
    assertThat(placement.bytes()).isEqualTo(1536);
  }

  @Test
  void shouldFillAGap() {
    List<Lifetime> lifetimes =
        List.of(
            new Lifetime(6400, 0, 1), // free below the second from step 2 on
            new Lifetime(640, 1, 5),
            new Lifetime(3200, 3, 4),
            new Lifetime(3200, 3, 4));
    Placement placement = MemoryPlanner.place(lifetimes);
    assertNoOverlap(lifetimes, placement, "a gap");
    assertThat(placement.bytes()).isEqualTo(7040);
  }

  @Test
  void shouldKeepAWriterApartFromWhatItReads() {
    Placement placement =
        MemoryPlanner.place(List.of(new Lifetime(64, 0, 1), new Lifetime(64, 1, 2)));
    assertThat(placement.offsets().get(0)).isNotEqualTo(placement.offsets().get(1));
  }

  @Test
  void shouldNeverLetLivingValuesOverlap() {
    for (long seed = 0; seed < 2_000; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      List<Lifetime> lifetimes = new ArrayList<>();
      int count = 1 + random.nextInt(40);
      for (int i = 0; i < count; i++) {
        int first = random.nextInt(30);
        int last = first + random.nextInt(1 + random.nextInt(30));
        long bytes = 1 + random.nextLong(1L << (1 + random.nextInt(40)));
        lifetimes.add(new Lifetime(bytes, first, last));
      }
      assertNoOverlap(lifetimes, MemoryPlanner.place(lifetimes), "seed " + seed);
    }
  }

  @Test
  void shouldPlaceAChainCloseToItsLowerBound() {
    for (long seed = 0; seed < 200; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      List<Lifetime> lifetimes = new ArrayList<>();
      for (int i = 0; i < 30; i++) {
        lifetimes.add(new Lifetime(64 * (1 + random.nextLong(1000)), i, i + 1));
      }
      assertThat(MemoryPlanner.place(lifetimes).bytes())
          .as("seed %d", seed)
          .isLessThanOrEqualTo(lowerBound(lifetimes) * 3 / 2)
          .isGreaterThanOrEqualTo(lowerBound(lifetimes));
    }
  }

  private static void assertNoOverlap(List<Lifetime> all, Placement placement, String what) {
    long[] offsets = placement.offsets().stream().mapToLong(Long::longValue).toArray();
    for (int i = 0; i < all.size(); i++) {
      long end = offsets[i] + all.get(i).bytes();
      assertThat(offsets[i]).as(what).isNotNegative();
      assertThat(offsets[i] % NativeMemory.ALIGNMENT).as(what).isZero();
      assertThat(end).as(what).isLessThanOrEqualTo(placement.bytes());
      for (int j = 0; j < i; j++) {
        boolean isApart = end <= offsets[j] || offsets[j] + all.get(j).bytes() <= offsets[i];
        if (all.get(i).meets(all.get(j)) && !isApart) {
          throw new AssertionError(what + ": values " + j + " and " + i + " overlap");
        }
      }
    }
    assertThat(placement.bytes()).as(what).isGreaterThanOrEqualTo(lowerBound(all));
  }

  /** The most bytes that are alive at one time. */
  static long lowerBound(List<Lifetime> lifetimes) {
    long largest = 0;
    for (Lifetime at : lifetimes) {
      long alive =
          lifetimes.stream()
              .filter(each -> each.first() <= at.first() && at.first() <= each.last())
              .mapToLong(Lifetime::bytes)
              .sum();
      largest = Math.max(largest, alive);
    }
    return largest;
  }
}
