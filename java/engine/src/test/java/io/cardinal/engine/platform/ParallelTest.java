// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cardinal.testing.LiveThreads;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ParallelTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5, 100})
  void shouldRunEachTaskOnceAndLeaveNoThread(int threads) throws InterruptedException {
    List<AtomicInteger> runs = new ArrayList<>();
    List<Runnable> tasks = new ArrayList<>();
    for (int i = 0; i < 37; i++) {
      AtomicInteger count = new AtomicInteger();
      runs.add(count);
      tasks.add(count::incrementAndGet);
    }
    Parallel.run(tasks, threads, "parallel-test");
    assertThat(runs).allMatch(count -> count.get() == 1);
    assertThat(LiveThreads.left("parallel-test-\\d+")).isEmpty();
    Parallel.run(List.of(), threads, "parallel-test");
  }

  @Test
  void shouldThrowTheFailureAndBeginNothingMore() {
    AtomicInteger ran = new AtomicInteger();
    List<Runnable> tasks = new ArrayList<>();
    tasks.add(
        () -> {
          throw new IllegalStateException("the first");
        });
    for (int i = 0; i < 1_000; i++) {
      tasks.add(ran::incrementAndGet);
    }
    assertThatThrownBy(() -> Parallel.run(tasks, 1, "parallel-test")).hasMessage("the first");
    assertThat(ran.get()).isZero();
    tasks.set(
        0,
        () -> {
          throw new OutOfMemoryError("made up");
        });
    assertThatThrownBy(() -> Parallel.run(tasks, 3, "parallel-test"))
        .isInstanceOf(OutOfMemoryError.class);
  }

  @Test
  void shouldKeepAnInterruptAndFinish() {
    AtomicInteger ran = new AtomicInteger();
    Thread.currentThread().interrupt();
    Parallel.run(List.of(ran::incrementAndGet, ran::incrementAndGet), 2, "parallel-test");
    assertThat(Thread.interrupted()).isTrue();
    assertThat(ran.get()).isEqualTo(2);
  }
}
