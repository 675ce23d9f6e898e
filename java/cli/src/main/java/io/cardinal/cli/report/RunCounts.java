// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli.report;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/** What every report counts while a run goes on. Used on one thread. */
final class RunCounts {
  private final Map<String, String> facts;
  private final Instant start;
  private final LongSupplier clock;
  private final long startNanoseconds;
  private final FailureSamples failures = new FailureSamples();
  private final RateHistory rates = new RateHistory();
  private final Confidences confidences = new Confidences();
  private long answered;

  /**
   * A run that begins now.
   *
   * @param facts what identifies it, by name
   * @param start the time of day
   * @param clock nanoseconds from any origin
   */
  RunCounts(Map<String, String> facts, Instant start, LongSupplier clock) {
    this.facts = new LinkedHashMap<>(facts);
    this.start = start;
    this.clock = clock;
    this.startNanoseconds = clock.getAsLong();
  }

  void answered(float probability, boolean isRight) {
    answered++;
    confidences.add(probability, isRight);
    rates.add(clock.getAsLong() - startNanoseconds, true);
  }

  void failed(String name, String reason, String message) {
    failures.add(name, reason, message);
    rates.add(clock.getAsLong() - startNanoseconds, false);
  }

  long images() {
    return answered + failures.count();
  }

  long answered() {
    return answered;
  }

  /** Images per second, failed ones included. */
  double perSecond() {
    return images() * 1e9 / Math.max(1, rates.nanoseconds());
  }

  FailureSamples failures() {
    return failures;
  }

  RateHistory rates() {
    return rates;
  }

  Confidences confidences() {
    return confidences;
  }

  /** What identifies the run, with its start and its end in UTC. */
  Map<String, String> facts() {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("started", time(start));
    all.put("ended", time(start.plusNanos(rates.nanoseconds())));
    all.putAll(facts);
    return all;
  }

  private static String time(Instant instant) {
    return instant
        .truncatedTo(ChronoUnit.SECONDS)
        .toString()
        .replace('T', ' ')
        .replace("Z", " UTC");
  }
}
