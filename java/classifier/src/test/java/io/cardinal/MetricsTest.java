// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cardinal.Metrics.End;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

/** What a classifier tells its metrics: every image once, every run, its own life. */
class MetricsTest {
  private static final Path PHOTO = Demo.photographs().get(4);
  private static final byte[] BAD = {1, 2, 3};

  private final Recorder told = new Recorder();
  private final Options options =
      Options.throughput().withWorkers(1).withMaxBatch(4).withMetrics(told);

  /** Counts. */
  private static final class Recorder implements Metrics {
    private final Map<End, Integer> ends = new EnumMap<>(End.class);
    private final List<String> life = new ArrayList<>();
    private int runs;
    private int images;
    private long shortest = Long.MAX_VALUE;

    @Override
    public synchronized void opened(Classifier classifier) {
      life.add("opened with " + (classifier.nativeBytes() > 0) + " " + classifier.queued());
    }

    @Override
    public synchronized void closed(Classifier classifier) {
      life.add("closed with " + (classifier.nativeBytes() > 0) + " " + classifier.queued());
    }

    @Override
    public synchronized void ended(End end, long nanoseconds) {
      ends.merge(end, 1, Integer::sum);
      shortest = Math.min(shortest, nanoseconds);
    }

    @Override
    public synchronized void ran(int count, long nanoseconds) {
      runs++;
      images += count;
      shortest = Math.min(shortest, nanoseconds);
    }
  }

  @Test
  @SuppressWarnings("try") // closing twice is what is tried
  void shouldTellOfImagesThatCallersWaitFor() {
    try (Classifier classifier = Classifier.open(Demo.MODEL, options)) {
      classifier.classify(PHOTO);
      classifier.classify(Demo.bytes(PHOTO));
      classifier.features(PHOTO);
      assertThatThrownBy(() -> classifier.classify(BAD)).isNotNull();
      assertThatThrownBy(() -> classifier.classify(Path.of("absent"))).isNotNull();
      classifier.classifyEach(List.of(PHOTO, Path.of("absent"), PHOTO, PHOTO));
      classifier.close();
      classifier.close();
      assertThatThrownBy(() -> classifier.classify(PHOTO))
          .isInstanceOf(IllegalStateException.class);
    }
    assertThat(told.ends)
        .containsExactlyInAnyOrderEntriesOf(Map.of(End.ANSWERED, 6, End.REFUSED, 3));
    assertThat(told.runs).isEqualTo(4);
    assertThat(told.images).isEqualTo(6);
    assertThat(told.shortest).isPositive();
    assertThat(told.life).containsExactly("opened with true 0", "closed with true 0");
  }

  @Test
  void shouldTellHowEachSubmissionEnded() throws InterruptedException {
    try (Gate gate = new Gate(options.withQueue(3))) {
      told.ends.clear(); // of the gate's own image
      gate.submit(null);
      gate.awaitDecoding(1);
      Submission cancelled = gate.submit(null);
      gate.submit(Duration.ofNanos(1)).handle((answer, failure) -> failure).join();
      gate.submit(null);
      Submission completed = gate.submit(null);
      assertThatThrownBy(() -> gate.submit(null)).isInstanceOf(RejectedExecutionException.class);
      cancelled.cancel(false);
      cancelled.cancel(true);
      completed.complete(null);
      completed.completeExceptionally(new IllegalStateException("late"));
    }
    assertThat(told.ends)
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(End.ANSWERED, 2, End.CANCELLED, 2, End.EXPIRED, 1, End.REJECTED, 1));
  }

  @Test
  void shouldAnswerWhateverTheMetricsThrow() {
    Metrics broken =
        new Metrics() {
          @Override
          public void opened(Classifier classifier) {
            throw new IllegalStateException("a test");
          }

          @Override
          public void ended(End end, long nanoseconds) {
            throw new IllegalStateException("a test");
          }
        };
    try (Classifier classifier = Classifier.open(Demo.MODEL, options.withMetrics(broken))) {
      int expected = classifier.classify(PHOTO).best().index();
      assertThat(classifier.submit(PHOTO).join().best().index()).isEqualTo(expected);
    }
  }

  @Test
  void shouldCountWhatWaits() throws InterruptedException {
    try (Gate gate = new Gate(options)) {
      gate.submit(null);
      gate.awaitDecoding(1);
      gate.submit(null);
      gate.submit(null);
      assertThat(gate.queue.waiting()).isEqualTo(2);
      gate.open();
    }
  }
}
