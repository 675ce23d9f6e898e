// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.micrometer;

import io.cardinal.Classifier;
import io.cardinal.Metrics;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A classifier's metrics in a Micrometer registry:
 *
 * <ul>
 *   <li>{@code cardinal.images}: timer of images, tagged {@code end} with the names of {@link
 *       Metrics.End} in lower case
 *   <li>{@code cardinal.runs}: timer of the network's runs
 *   <li>{@code cardinal.batch}: distribution of the images of a run
 *   <li>{@code cardinal.queue}: gauge of submissions that wait to be decoded
 *   <li>{@code cardinal.native}: gauge of native bytes
 * </ul>
 *
 * <p>Used as {@code Options.withMetrics(new CardinalMetrics(registry))}. Several classifiers may
 * share one: their counts are summed, the gauges are tagged {@code model} and {@code classifier}.
 * Gauges go when their classifier is closed; whoever owns the registry closes it. Thread-safe.
 */
public final class CardinalMetrics implements Metrics {
  private static final AtomicInteger CLASSIFIERS = new AtomicInteger();

  private final MeterRegistry registry;
  private final Map<End, Timer> images = new EnumMap<>(End.class);
  private final Timer runs;
  private final DistributionSummary batch;
  private final Map<Integer, List<Meter>> gauges = new ConcurrentHashMap<>();

  /**
   * Registers the meters; the gauges come with each classifier.
   *
   * @param registry where they go
   */
  public CardinalMetrics(MeterRegistry registry) {
    this.registry = registry;
    for (End end : End.values()) {
      Timer timer =
          Timer.builder("cardinal.images")
              .description("Images by how they ended, since they were handed over")
              .tag("end", end.name().toLowerCase(Locale.ROOT))
              .register(registry);
      images.put(end, timer);
    }
    this.runs =
        Timer.builder("cardinal.runs").description("Runs of the network").register(registry);
    this.batch =
        DistributionSummary.builder("cardinal.batch")
            .description("Images of a run")
            .register(registry);
  }

  @Override
  public void opened(Classifier classifier) {
    Tags tags =
        Tags.of(
            "model",
            classifier.model().name(),
            "classifier",
            Integer.toString(CLASSIFIERS.incrementAndGet()));
    Gauge queue =
        Gauge.builder("cardinal.queue", classifier, Classifier::queued)
            .description("Submitted images that wait to be decoded")
            .tags(tags)
            .register(registry);
    Gauge bytes =
        Gauge.builder("cardinal.native", classifier, Classifier::nativeBytes)
            .description("Native memory of the network")
            .baseUnit("bytes")
            .tags(tags)
            .register(registry);
    gauges.put(System.identityHashCode(classifier), List.of(queue, bytes));
  }

  @Override
  public void closed(Classifier classifier) {
    List<Meter> own = gauges.remove(System.identityHashCode(classifier));
    if (own != null) {
      own.forEach(registry::remove);
    }
  }

  @Override
  public void ended(End end, long nanoseconds) {
    Timer timer = images.get(end);
    if (timer != null) {
      timer.record(nanoseconds, TimeUnit.NANOSECONDS);
    }
  }

  @Override
  public void ran(int count, long nanoseconds) {
    runs.record(nanoseconds, TimeUnit.NANOSECONDS);
    batch.record(count);
  }
}
