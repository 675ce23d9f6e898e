// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cardinal.engine.kernels.WorkerMemory.BoundKernel;
import io.cardinal.testing.LiveThreads;
import io.cardinal.testing.Scale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TeamTest {
  private static final int STEPS = 200;
  private static final int RUNS = Scale.of(12, 30, 30);

  /** Each step counts up what each member did, and looks at whether all did the step before. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7})
  void shouldBeginNoStepBeforeAllEndedTheLast(int size) {
    AtomicInteger[] done = new AtomicInteger[STEPS];
    AtomicInteger tooEarly = new AtomicInteger();
    try (Team team = new Team(size, "team")) {
      for (int run = 0; run < RUNS; run++) {
        for (int i = 0; i < STEPS; i++) {
          done[i] = new AtomicInteger();
        }
        int pause = run % 3 == 0 ? 100_000 : 0; // longer than the others spin
        team.run(
            member -> {
              for (int i = 0; i < STEPS; i++) {
                int step = i;
                team.attempt(
                    () -> {
                      if (step > 0 && done[step - 1].get() != size) {
                        tooEarly.incrementAndGet();
                      }
                      if (pause > 0 && step % 50 == member) {
                        LockSupport.parkNanos(pause);
                      }
                      done[step].incrementAndGet();
                    });
                team.meet(member);
              }
            });
        assertThat(done[STEPS - 1].get()).isEqualTo(size);
      }
    }
    assertThat(tooEarly.get()).isZero();
  }

  /** A part of some pieces, each of which counts how often it ran. */
  private static class Part implements BoundKernel {
    private final AtomicIntegerArray ran;

    Part(int pieces) {
      this.ran = new AtomicIntegerArray(pieces);
    }

    @Override
    public int pieces() {
      return ran.length();
    }

    @Override
    public void run(int piece, int thread) {
      ran.incrementAndGet(piece);
    }

    @Override
    public void run() {
      throw new UnsupportedOperationException("a team runs pieces");
    }

    boolean hasEachRunOnce() {
      return IntStream.range(0, ran.length()).allMatch(piece -> ran.get(piece) == 1);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7})
  void shouldRunEachPieceOnce(int size) {
    AtomicInteger tooEarly = new AtomicInteger();
    try (Team team = new Team(size, "team")) {
      for (int run = 0; run < RUNS; run++) {
        Part[][] steps = new Part[STEPS][size];
        for (int i = 0; i < STEPS; i++) {
          for (int part = 0; part < size; part++) {
            steps[i][part] = new Part((i + 5 * part) % 9);
          }
        }
        team.run(
            member -> {
              for (Part[] step : steps) {
                team.share(step, member);
                team.meet(member);
                tooEarly.addAndGet(Stream.of(step).allMatch(Part::hasEachRunOnce) ? 0 : 1);
              }
            });
      }
    }
    assertThat(tooEarly.get()).isZero();
  }

  /** Each member in turn is held in its first piece until the others have run all that is left. */
  @Test
  void shouldTakeOverWhatASlowMemberHasNotBegun() {
    int pieces = 8;
    int size = 3;
    try (Team team = new Team(size, "team")) {
      for (int slow = 0; slow < size; slow++) {
        int held = slow;
        CountDownLatch left = new CountDownLatch(size * pieces - 1);
        AtomicInteger ofTheSlowOne = new AtomicInteger();
        Part[] parts = new Part[size];
        for (int part = 0; part < size; part++) {
          parts[part] =
              new Part(pieces) {
                @Override
                public void run(int piece, int thread) {
                  super.run(piece, thread);
                  if (thread == held) {
                    ofTheSlowOne.incrementAndGet();
                    await(left);
                  } else {
                    left.countDown();
                  }
                }
              };
        }
        team.run(
            member -> {
              if (member != held) {
                awaitFirst(ofTheSlowOne);
              }
              team.share(parts, member);
              team.meet(member);
            });
        assertThat(parts).allMatch(Part::hasEachRunOnce);
        assertThat(ofTheSlowOne.get()).isEqualTo(1);
      }
    }
  }

  private static void awaitFirst(AtomicInteger count) {
    while (count.get() == 0) {
      Thread.onSpinWait();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(1, TimeUnit.MINUTES)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A core may be taken from a member just when all have met; others go on meanwhile. */
  @Test
  void shouldSayWhenAllMetAndNotWhenAMemberWentOn() {
    try (Team team = new Team(2, "team")) {
      long[] met = new long[STEPS];
      long[] began = new long[STEPS];
      team.run(
          member -> {
            for (int i = 0; i < STEPS; i++) {
              if (member == 1) {
                began[i] = System.nanoTime();
              } else {
                LockSupport.parkNanos(i % 10 == 0 ? 100_000 : 0);
              }
              team.meet(member);
              if (member == 0) {
                met[i] = team.met();
              }
            }
          });
      for (int i = 1; i < STEPS; i++) {
        assertThat(met[i - 1]).isBetween(began[i - 1], began[i]);
      }
    }
  }

  @Test
  void shouldThrowWhatAMemberThrewAndGoOn() {
    try (Team team = new Team(3, "team")) {
      for (int failing = 0; failing < 3; failing++) {
        int bad = failing;
        AtomicInteger ran = new AtomicInteger();
        Team.Work work =
            member -> {
              for (int i = 0; i < 5; i++) {
                int step = i;
                team.attempt(
                    () -> {
                      if (member == bad && step == 2) {
                        throw new IllegalStateException("member " + member);
                      }
                      ran.incrementAndGet();
                    });
                team.meet(member);
              }
            };
        assertThatThrownBy(() -> team.run(work))
            .isInstanceOf(IllegalStateException.class)
            .hasMessage("member " + bad);
        assertThat(ran.get()).isBetween(2 * 3, 2 * 3 + 2);
        team.run(member -> team.meet(member));
      }
    }
  }

  @Test
  void shouldEndItsHelpers() throws InterruptedException {
    try (Team team = new Team(4, "ended")) {
      team.run(member -> team.meet(member));
      assertThat(LiveThreads.named("ended-helper-.")).hasSize(3);
    }
    assertThat(LiveThreads.left("ended-helper-.")).isEmpty();
  }
}
