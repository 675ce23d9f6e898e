// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cardinal.testing.LiveThreads;
import io.cardinal.testing.Scale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
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
