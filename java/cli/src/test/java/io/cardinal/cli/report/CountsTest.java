// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.cardinal.cli.report.RateHistory.Interval;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What reports count while a run goes on. */
class CountsTest {
  @ParameterizedTest
  @ValueSource(longs = {1, 1_000, 40_000_000, 3_000_000_000L, 50_000_000_000_000L})
  void shouldKeepAllRowsInABoundedNumberOfIntervals(long nanosecondsARow) {
    RateHistory history = new RateHistory();
    for (int i = 1; i <= 10_000; i++) {
      history.add(i * nanosecondsARow, i % 10 != 0);
    }
    for (int most : new int[] {1, 7, 60, 1000}) {
      List<Interval> intervals = history.intervals(most);
      assertThat(intervals).hasSizeBetween(1, Math.min(most, 240));
      assertThat(intervals.stream().mapToLong(Interval::answered).sum()).isEqualTo(9_000);
      assertThat(intervals.stream().mapToLong(Interval::failed).sum()).isEqualTo(1_000);
      assertThat(intervals.get(0).start()).isZero();
      for (int i = 1; i < intervals.size(); i++) {
        assertThat(intervals.get(i).start()).isEqualTo(intervals.get(i - 1).end());
      }
      assertThat(intervals.get(intervals.size() - 1).end()).isEqualTo(10_000 * nanosecondsARow);
      double rate = 1e9 / nanosecondsARow;
      assertThat(intervals)
          .allSatisfy(
              each ->
                  assertThat(each.perSecond(each.answered() + each.failed()))
                      .isCloseTo(rate, within(rate * 0.1)));
    }
  }

  /** A few rows of a batch that just miss the end of an interval are no peak. */
  @Test
  void shouldNotEndWithASliver() {
    RateHistory history = new RateHistory();
    for (int i = 0; i < 100; i++) {
      history.add(i * 10_000_000, true);
    }
    history.add(1_000_000_001, true);
    history.add(1_000_000_001, true);
    List<Interval> intervals = history.intervals(60);
    Interval last = intervals.get(intervals.size() - 1);
    assertThat(last.perSecond(last.answered())).isLessThan(150);
  }

  @Test
  void shouldTakeARunThatTookNoTime() {
    RateHistory history = new RateHistory();
    history.add(0, false);
    assertThat(history.intervals(5)).containsExactly(new Interval(0, 1, 0, 1));
    assertThat(new RateHistory().intervals(5)).containsExactly(new Interval(0, 1, 0, 0));
  }

  @Test
  void shouldMeasureHowFarConfidenceIsFromAccuracy() {
    Confidences confidences = new Confidences();
    assertThat(confidences.calibrationError()).isNaN();
    for (int i = 0; i < 10; i++) {
      confidences.add(0.925f, i < 5); // 42.5 points too sure
      confidences.add(0.325f, i < 4); // 7.5 points too modest
    }
    confidences.add(Float.NaN, false);
    assertThat(confidences.calibrationError()).isCloseTo(0.25, within(1e-6));
    assertThat(confidences.notNumbers()).isEqualTo(1);
    assertThat(confidences.count(18)).isEqualTo(10);
    assertThat(confidences.right(18)).isEqualTo(5);
    assertThat(confidences.mean(6)).isCloseTo(0.325, within(1e-6));
  }

  @Test
  void shouldCountTheEndsOfTheScale() {
    Confidences confidences = new Confidences();
    confidences.add(0, true);
    confidences.add(1, true);
    assertThat(confidences.count(0)).isEqualTo(1);
    assertThat(confidences.count(Confidences.BINS - 1)).isEqualTo(1);
  }

  @Test
  void shouldKeepTheFirstFailuresOfEachReason() {
    FailureSamples failures = new FailureSamples();
    for (int i = 0; i < 1000; i++) {
      failures.add("a" + i, i % 3 == 0 ? "RARE" : "OFTEN", "message " + i);
    }
    assertThat(failures.count()).isEqualTo(1000);
    assertThat(failures.reasons().stream().map(FailureSamples.Reason::name))
        .containsExactly("OFTEN", "RARE");
    FailureSamples.Reason rare = failures.reasons().get(1);
    assertThat(rare.count()).isEqualTo(334);
    assertThat(rare.samples()).hasSize(FailureSamples.SAMPLES);
    assertThat(rare.samples().get(1)).isEqualTo(new FailureSamples.Sample("a3", "message 3"));
  }

  @Test
  void shouldShowNumbersTheSameEverywhere() {
    assertThat(Figures.count(1_234_567)).isEqualTo("1,234,567");
    assertThat(Figures.percent(0.1234)).isEqualTo("12.3 %");
    assertThat(Figures.percent(1, 0)).isEqualTo("–");
    assertThat(Figures.fraction(0.87104)).isEqualTo("0.8710");
    assertThat(Figures.rate(3.14159)).isEqualTo("3.1");
    assertThat(Figures.rate(12345.6)).isEqualTo("12,346");
    assertThat(Figures.duration(59_960_000_000L)).isEqualTo("1 min 0 s");
    assertThat(Figures.duration(1_250_000_000L)).isEqualTo("1.3 s");
    assertThat(Figures.duration(36_000_000_000_000L)).isEqualTo("10 h 0 min");
    assertThat(Figures.width(Double.NaN)).isEqualTo("width:0.00%");
  }
}
