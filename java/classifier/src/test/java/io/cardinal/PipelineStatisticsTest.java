// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal;

import static io.cardinal.PipelineStatistics.Bound.COMPUTE;
import static io.cardinal.PipelineStatistics.Bound.DECODE;
import static io.cardinal.PipelineStatistics.Bound.READ;
import static io.cardinal.PipelineStatistics.Bound.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who waits for whom. */
@Timeout(60)
class PipelineStatisticsTest {
  @Test
  void shouldNameTheSideThatIsBusyMost() {
    assertThat(statistics(900, 10, 0, 100, 100, 200, 10).bound()).isEqualTo(READ);
    assertThat(statistics(10, 3_000, 0, 100, 100, 200, 10).bound()).isEqualTo(READ);
    assertThat(statistics(10, 10, 0, 1_000, 900, 200, 10).bound()).isEqualTo(DECODE);
    assertThat(statistics(10, 10, 1_900, 10, 10, 200, 10).bound()).isEqualTo(DECODE);
    assertThat(statistics(10, 10, 0, 100, 100, 1_900, 10).bound()).isEqualTo(COMPUTE);
    assertThat(statistics(10, 10, 0, 100, 100, 200, 800).bound()).isEqualTo(WRITE);
    PipelineStatistics run = statistics(10, 400, 100, 1_000, 900, 500, 20);
    assertThat(run.busy(READ)).isEqualTo(0.1);
    assertThat(run.busy(DECODE)).isEqualTo(1.0);
    assertThat(run.busy(COMPUTE)).isEqualTo(0.25);
    assertThat(run.busy(WRITE)).isEqualTo(0.02);
    assertThat(run.workNanoseconds()).isEqualTo(2_830);
    assertThat(run.filesPerSecond()).isEqualTo(5e6);
  }

  /** 5 images in 1,000 nanoseconds with 4 readers, 2 decoders and 2 workers. */
  private static PipelineStatistics statistics(
      long listing,
      long reading,
      long memory,
      long decoding,
      long resizing,
      long inference,
      long writing) {
    return new PipelineStatistics(
        5, 0, 1_000, listing, reading, memory, decoding, resizing, inference, writing, 4, 2, 2);
  }

  @Test
  void shouldSeeASlowListAndASlowWriter() {
    byte[] photograph = Demo.bytes(Demo.photographs().get(0));
    List<Integer> numbers = new ArrayList<>(Collections.nCopies(40, 1));
    try (Classifier classifier = Demo.open(1, 2)) {
      Iterator<Integer> slow = numbers.stream().peek(number -> pause()).iterator();
      PipelineStatistics listed =
          classifier.classifySources(
              slow, number -> ImageSource.of(photograph), RunOptions.defaults(), outcome -> {});
      assertThat(listed.listingNanoseconds()).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(390));
      PipelineStatistics written =
          classifier.classifySources(
              numbers.iterator(),
              number -> ImageSource.of(photograph),
              RunOptions.defaults(),
              outcome -> pause());
      assertThat(written.writingNanoseconds()).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(390));
      assertThat(written.decodingNanoseconds()).isPositive();
      assertThat(written.resizingNanoseconds()).isPositive();
      assertThat(written.inferenceNanoseconds()).isPositive();
      assertThat(written.workers()).isEqualTo(1);
    }
  }

  private static void pause() {
    try {
      Thread.sleep(10);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void shouldCountNoMoreWorkersThanThereAre() {
    BusyMeter meter = new BusyMeter(2);
    meter.begin(100);
    meter.begin(200);
    meter.begin(300);
    meter.end(500); // 100 + 2 * 300
    meter.end(600); // 2 * 100
    meter.end(1_000); // 400
    meter.begin(2_000);
    meter.end(2_005);
    assertThat(meter.nanoseconds()).isEqualTo(100 + 2 * 300 + 2 * 100 + 400 + 5);
  }
}
