// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import io.cardinal.Classifier;
import io.cardinal.Options;
import io.cardinal.testing.Golden;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What arrives in a registry. */
class CardinalMetricsTest {
  private static final Path MODEL =
      Golden.root().resolve("models/resnext29_8x4d-cifar10.safetensors");
  private static final Path PHOTO = Golden.root().resolve("examples/photos/frog.jpg");

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final Options options =
      Options.throughput()
          .withWorkers(1)
          .withMaxBatch(4)
          .withMetrics(new CardinalMetrics(registry));

  @Test
  void shouldCountImagesRunsAndBatches() {
    try (Classifier classifier = Classifier.open(MODEL, options)) {
      classifier.classifyEach(List.of(PHOTO, PHOTO, PHOTO, PHOTO, Path.of("absent")));
      classifier.submit(PHOTO).join();
      assertThat(registry.get("cardinal.queue").gauge().value()).isZero();
      assertThat(registry.get("cardinal.native").gauge().value())
          .isEqualTo(classifier.nativeBytes());
    }
    assertThat(images("answered")).isEqualTo(5);
    assertThat(images("refused")).isEqualTo(1);
    assertThat(images("rejected")).isZero();
    assertThat(registry.get("cardinal.batch").summary().totalAmount()).isEqualTo(5);
    assertThat(registry.get("cardinal.runs").timer().count()).isBetween(2L, 5L);
    assertThat(registry.get("cardinal.runs").timer().totalTime(TimeUnit.NANOSECONDS)).isPositive();
  }

  @Test
  void shouldTakeTheGaugesOfAClosedClassifierAway() {
    try (Classifier first = Classifier.open(MODEL, options)) {
      assertThat(registry.find("cardinal.native").gauges()).hasSize(1);
      Classifier.open(MODEL, options).close();
      assertThat(registry.find("cardinal.native").gauges()).hasSize(1);
      assertThat(first.nativeBytes()).isPositive();
    }
    assertThat(registry.find("cardinal.native").gauges()).isEmpty();
    assertThat(registry.find("cardinal.queue").gauges()).isEmpty();
    assertThat(registry.find("cardinal.images").timers()).hasSize(6);
  }

  private long images(String end) {
    return registry.get("cardinal.images").tag("end", end).timer().count();
  }
}
