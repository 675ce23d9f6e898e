// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cardinal.engine.NativeException;
import io.cardinal.engine.NativeException.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Native memory is counted before it is taken. */
class MemoryBudgetTest {
  @Test
  void shouldRefuseWhatGoesOverTheLimitAndTakeNothing() {
    MemoryBudget budget = new MemoryBudget(1_000);
    try (NativeMemory first = NativeMemory.allocate(budget, 500, "a test")) {
      long used = budget.used();
      assertThat(used).isBetween(500L, 700L);
      assertThat(first.address() % 64).isZero();
      assertThatThrownBy(() -> NativeMemory.allocate(budget, 500, "activations"))
          .isInstanceOf(NativeException.class)
          .hasMessageContaining("activations")
          .hasMessageContaining("at most 1000 bytes")
          .hasMessageContaining(used + " taken")
          .extracting(e -> ((NativeException) e).reason())
          .isEqualTo(Reason.MEMORY);
      assertThat(budget.used()).isEqualTo(used);
    }
    assertThat(budget.used()).isZero();
  }

  @Test
  void shouldRefuseImpossibleSizes() {
    MemoryBudget all = new MemoryBudget(Long.MAX_VALUE);
    long blocks = NativeMemory.liveBlocks();
    assertThatThrownBy(() -> NativeMemory.allocate(all, -1, "a test"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> NativeMemory.allocate(all, Long.MAX_VALUE, "a test"))
        .isInstanceOf(ArithmeticException.class);
    assertThatThrownBy(() -> NativeMemory.allocate(all, 1L << 60, "a test"))
        .isInstanceOf(NativeException.class)
        .extracting(e -> ((NativeException) e).reason())
        .isEqualTo(Reason.MEMORY);
    assertThat(all.used()).isZero();
    assertThat(NativeMemory.liveBlocks()).isEqualTo(blocks);
  }

  @Test
  void shouldCheckEveryPlace() {
    MemoryBudget budget = new MemoryBudget(10_000);
    NativeMemory memory = NativeMemory.allocate(budget, 256, "a test");
    assertThat(memory.at(192).address()).isEqualTo(memory.address() + 192);
    for (long offset : new long[] {-1, 10_000, Long.MAX_VALUE, Long.MIN_VALUE}) {
      assertThatThrownBy(() -> memory.at(offset)).isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> memory.floats(offset, 1))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
    assertThat(memory.floats(0, 64).capacity()).isEqualTo(64);
    for (long count : new long[] {-1, 65, Long.MAX_VALUE}) {
      assertThatThrownBy(() -> memory.floats(0, count))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
    memory.close();
    memory.close();
    assertThat(budget.used()).isZero();
  }

  @Test
  void shouldNeverBeOverdrawnByThreads() throws InterruptedException {
    MemoryBudget budget = new MemoryBudget(100);
    AtomicInteger most = new AtomicInteger();
    AtomicInteger taken = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 8; t++) {
      threads.add(
          new Thread(
              () -> {
                for (int i = 0; i < 20_000; i++) {
                  try {
                    budget.reserve(30, "a test");
                  } catch (NativeException e) {
                    continue;
                  }
                  most.accumulateAndGet(taken.incrementAndGet(), Math::max);
                  taken.decrementAndGet();
                  budget.release(30);
                }
              }));
    }
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(most.get()).isBetween(1, 3);
    assertThat(budget.used()).isZero();
  }

  @Test
  void shouldStayBelowTheMachinesMemory() {
    assertThat(MemoryBudget.defaultLimit()).isBetween(1L << 20, Long.MAX_VALUE - 1);
  }
}
