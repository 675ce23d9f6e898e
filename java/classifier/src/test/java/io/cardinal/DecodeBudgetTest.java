// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cardinal.DecodeBudget.Limits;
import io.cardinal.DecodeBudget.Need;
import io.cardinal.image.ImageException;
import io.cardinal.testing.Scale;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who is admitted when, and that everybody is at last. */
@Timeout(60)
class DecodeBudgetTest {
  private static final Limits SMALL = new Limits(100, 80, new Need(1_000, 2_000), 10);

  private final AtomicLong heap = new AtomicLong();
  private final AtomicLong total = new AtomicLong();
  private final AtomicInteger holders = new AtomicInteger();
  private final AtomicInteger errors = new AtomicInteger();

  @Test
  void shouldAdmitEverybodyAndNeverMoreThanThereIs() throws Exception {
    long seed = Scale.seed(DecodeBudgetTest.class);
    DecodeBudget budget = new DecodeBudget(SMALL);
    AtomicInteger served = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 48; i++) {
      Random random = new Random(seed + i);
      Thread thread =
          new Thread(
              () -> {
                for (int n = 0; n < 200; n++) {
                  if (random.nextInt(8) == 0) {
                    large(budget, random);
                  } else {
                    small(budget, random);
                  }
                  served.incrementAndGet();
                }
              });
      threads.add(thread);
      thread.start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(served).hasValue(48 * 200);
    assertThat(errors).as("over the budget, and not alone").hasValue(0);
    assertThat(budget.taken()).isEqualTo(Need.NOTHING);
  }

  private void small(DecodeBudget budget, Random random) {
    long file = random.nextInt(15);
    budget.takeFile(file);
    Need need = need(random);
    budget.take(need);
    budget.countFile(-file);
    hold(need);
    Thread.yield();
    leave(need);
    budget.giveBack(need);
  }

  private void large(DecodeBudget budget, Random random) {
    Need first = new Need(1 + random.nextInt(120), 0);
    Need more = need(random);
    budget.large.lock();
    try {
      budget.take(first);
      hold(first);
      budget.takeMore(first, more);
      leave(first);
      hold(first.plus(more));
    } finally {
      budget.large.unlock();
    }
    Thread.yield();
    leave(first.plus(more));
    budget.giveBack(first.plus(more));
  }

  /** Most fit with others, some are too large for that. */
  private static Need need(Random random) {
    int most = random.nextInt(10) == 0 ? 500 : 40;
    return new Need(1 + random.nextInt(most), random.nextInt(most)); // nobody takes nothing
  }

  private synchronized void hold(Need need) {
    int others = holders.getAndIncrement();
    long all = total.addAndGet(need.heap() + need.outside());
    if (others > 0 && (heap.addAndGet(need.heap()) > 80 || all > 100)) {
      errors.incrementAndGet();
    } else if (others == 0) {
      heap.addAndGet(need.heap());
    }
  }

  private synchronized void leave(Need need) {
    holders.decrementAndGet();
    total.addAndGet(-need.heap() - need.outside());
    heap.addAndGet(-need.heap());
  }

  @Test
  void shouldServeALargeOneBeforeSmallOnesThatComeLater() throws Exception {
    DecodeBudget budget = new DecodeBudget(SMALL);
    Need small = new Need(10, 0);
    budget.take(small);
    List<String> order = new ArrayList<>();
    Thread large = new Thread(() -> take(budget, new Need(500, 0), order, "large"));
    large.start();
    awaitWaiting(large);
    Thread later = new Thread(() -> take(budget, small, order, "small"));
    later.start();
    awaitWaiting(later);
    assertThat(order).isEmpty();
    budget.giveBack(small);
    large.join();
    later.join();
    assertThat(order).containsExactly("large", "small");
  }

  private static void take(DecodeBudget budget, Need need, List<String> order, String name) {
    budget.take(need);
    synchronized (order) {
      order.add(name);
    }
    budget.giveBack(need);
  }

  private static void awaitWaiting(Thread thread) throws InterruptedException {
    while (thread.getState() != Thread.State.WAITING) {
      Thread.sleep(1);
    }
  }

  @Test
  void shouldRefuseWhatTheProcessHasNoMemoryForWhateverElseIsThere() {
    DecodeBudget budget = new DecodeBudget(SMALL);
    for (int i = 0; i < 2; i++) {
      budget.check(new Need(1_000, 2_000), "1 x 1 pixels");
      assertThatThrownBy(() -> budget.check(new Need(1_001, 0), "70 x 80 pixels"))
          .isInstanceOfSatisfying(
              ImageException.class,
              e -> assertThat(e.reason()).isEqualTo(ImageException.Reason.TOO_MANY_PIXELS))
          .hasMessageContainingAll("1000 bytes of Java's heap", "70 x 80 pixels", "1001", "-Xmx");
      assertThatThrownBy(() -> budget.check(new Need(0, 2_001), "70 x 80 pixels"))
          .hasMessageContaining("native memory");
      budget.take(new Need(30, 0));
    }
  }

  @Test
  void shouldTakeItsLimitsFromTheProcess() {
    long heap = Runtime.getRuntime().maxMemory();
    Limits limits = Limits.ofProcess(DecodeBudget.defaultBytes());
    assertThat(limits.heapTogether()).isEqualTo(heap / 2);
    assertThat(limits.alone().heap()).isEqualTo(heap / 4 * 3);
    assertThat(limits.together()).isGreaterThanOrEqualTo(heap / 2);
    assertThat(Limits.ofProcess(7).together()).isEqualTo(7);
    assertThatThrownBy(() -> Options.throughput().withMaxDecodeBytes(0))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
