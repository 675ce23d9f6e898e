// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What is shown of a long run, by a clock that the test moves. */
class ProgressTest {
  private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
  private final Console console =
      new Console(OutputStream.nullOutputStream(), new PrintStream(shown, true, UTF_8));
  private final AtomicLong now = new AtomicLong();

  @Test
  void shouldDrawABarAgainAndAgainAndTakeItAway() {
    run(Progress.Kind.BAR, 100, 40_000_000);
    String text = shown.toString(UTF_8);
    assertThat(text)
        .startsWith("\r[------------------------] 3 of 100 images, 25.0 images/s, 4 s left\u001b[K")
        .contains("\r[############------------] 51 of 100 images, 25.0 images/s, 2 s left\u001b[K")
        .endsWith("\r\u001b[K")
        .doesNotContain("\n");
    assertThat(text.chars().filter(c -> c == '[').count()).isEqualTo(2 * 33 + 1);
  }

  @Test
  void shouldWriteAPlainLineEveryFiveSeconds() {
    run(Progress.Kind.PLAIN, 1_000, 20_000_000);
    assertThat(shown.toString(UTF_8).lines())
        .containsExactly(
            "250 of 1000 images, 50.0 images/s, 15 s left",
            "500 of 1000 images, 50.0 images/s, 10 s left",
            "750 of 1000 images, 50.0 images/s, 5 s left",
            "1000 of 1000 images, 50.0 images/s, 0 s left");
  }

  @Test
  void shouldTellMinutesOfLongRuns() {
    try (Progress progress = new Progress(console, Progress.Kind.PLAIN, () -> 10_000, now::get)) {
      now.set(10_000_000_000L);
      progress.update(100);
    }
    assertThat(shown.toString(UTF_8))
        .isEqualTo("100 of 10000 images, 10.0 images/s, 16:30 min left\n");
  }

  @Test
  void shouldShowNothingWhenToldSoOrWhenTheRunIsShort() {
    run(Progress.Kind.NONE, 1_000, 1_000_000_000);
    run(Progress.Kind.BAR, 10, 1_000_000);
    run(Progress.Kind.PLAIN, 10, 1_000_000);
    assertThat(shown.size()).isZero();
  }

  @Test
  void shouldShowACountWhereNobodyKnowsHowManyThereAre() {
    now.set(1);
    for (long total : new long[] {-1, 1}) {
      try (Progress progress = new Progress(console, Progress.Kind.BAR, () -> total, now::get)) {
        now.addAndGet(1_000_000_000L);
        progress.update(2);
      }
    }
    String line = "\r2 images, 2.0 images/s\u001b[K";
    assertThat(shown.toString(UTF_8)).isEqualTo((line + "\r\u001b[K").repeat(2));
  }

  private void run(Progress.Kind kind, int total, long nanosecondsEach) {
    now.set(1);
    try (Progress progress = new Progress(console, kind, () -> total, now::get)) {
      for (int done = 1; done <= total; done++) {
        now.addAndGet(nanosecondsEach);
        progress.update(done);
      }
    }
  }
}
