// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cardinal.image.ImageException;
import io.cardinal.testing.LiveThreads;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a submission promises, one promise at a time. */
@Timeout(60)
class SubmitTest {
  private static final String THREADS = "cardinal-(decoder|caller|completer).*";
  private static final Options SMALL = Options.throughput().withWorkers(1).withMaxBatch(4);

  @AfterEach
  void shouldLeaveNoThread() throws Exception {
    assertThat(LiveThreads.left(THREADS)).isEmpty();
  }

  @Test
  void shouldGiveTheBitsOfClassifyWhateverTheBatch() throws Exception {
    List<byte[]> photographs = Demo.photographs().stream().map(Demo::bytes).toList();
    for (int maxBatch : new int[] {1, 2, 5, 8}) {
      Options options = SMALL.withWorkers(2).withMaxBatch(maxBatch);
      try (Classifier classifier = open(options.withWindow(Duration.ofMillis(maxBatch)))) {
        List<CompletableFuture<Classification>> answers = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
          answers.add(classifier.submit(photographs.get(i % photographs.size())));
        }
        for (Path photograph : Demo.photographs()) {
          answers.add(classifier.submit(photograph));
        }
        List<float[]> expected = new ArrayList<>();
        photographs.forEach(each -> expected.add(classifier.classify(each).logits()));
        for (int i = 0; i < answers.size(); i++) {
          assertThat(answers.get(i).get().logits()).isEqualTo(expected.get(i % expected.size()));
        }
      }
    }
  }

  @Test
  void shouldFailWithWhatClassifyThrows() {
    try (Classifier classifier = open(SMALL)) {
      CompletableFuture<Classification> empty = classifier.submit(new byte[0]);
      CompletableFuture<Classification> absent = classifier.submit(Path.of("absent.jpg"));
      assertThatThrownBy(empty::get)
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(ImageException.class);
      assertThatThrownBy(absent::join)
          .isInstanceOf(CompletionException.class)
          .hasCauseInstanceOf(UncheckedIOException.class);
    }
  }

  @Test
  void shouldSurviveErrorsOfTheImage() throws Exception {
    try (Classifier classifier = open(SMALL);
        SubmissionQueue queue =
            new SubmissionQueue(classifier.network(), SMALL, classifier.meter())) {
      List<Submission> broken = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        broken.add(
            queue.submit(
                () -> {
                  throw new OutOfMemoryError("made up");
                },
                null));
        broken.add(queue.submit(() -> new float[7], null)); // no tensor: its batch fails
      }
      for (Submission each : broken) {
        assertThatThrownBy(each::get).isInstanceOf(ExecutionException.class);
      }
      assertThat(queue.submit(() -> tensor(classifier), null).get().top(1)).hasSize(1);
    }
  }

  @Test
  void shouldFillABatchWithoutWaitingForTheWindow() throws Exception {
    try (Classifier classifier = open(SMALL.withWindow(Duration.ofMinutes(1)))) {
      List<CompletableFuture<Classification>> answers = submit(classifier, 3);
      assertThatThrownBy(() -> answers.get(0).get(100, TimeUnit.MILLISECONDS))
          .isInstanceOf(TimeoutException.class);
      answers.addAll(submit(classifier, 1));
      for (CompletableFuture<Classification> answer : answers) {
        answer.get(20, TimeUnit.SECONDS);
      }
    }
  }

  @Test
  void shouldNotLetALoneImageWaitLongerThanTheWindow() throws Exception {
    for (int window : new int[] {0, 300}) {
      try (Classifier classifier = open(SMALL.withWindow(Duration.ofMillis(window)))) {
        classifier.submit(photograph()).get();
        long start = System.nanoTime();
        classifier.submit(photograph()).get();
        long milliseconds = (System.nanoTime() - start) / 1_000_000;
        assertThat(milliseconds).isBetween((long) window, window + 250L);
      }
    }
  }

  @Test
  void shouldFailWithATimeoutWhenTheDeadlinePassesInTheQueue() throws Exception {
    try (Gate gate = new Gate(SMALL.withQueue(2))) {
      Submission first = gate.submit(Duration.ofMillis(30));
      gate.awaitDecoding(1);
      long start = System.nanoTime();
      Submission second = gate.submit(Duration.ofMillis(50));
      assertTimeout(second);
      assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(50_000_000);
      assertTimeout(first); // although it is being decoded
      Submission third = gate.submit(null);
      gate.open();
      assertThat(third.get().top(1)).hasSize(1);
      assertThat(gate.decoded.get()).as("the second one was never decoded").isEqualTo(2);
    }
  }

  @Test
  void shouldCountTheWaitForRoomAsTime() throws Exception {
    try (Gate gate = new Gate(SMALL.withQueue(1).withOverflow(OverflowPolicy.BLOCK))) {
      gate.submit(null);
      gate.awaitDecoding(1);
      gate.submit(null);
      assertTimeout(gate.submit(Duration.ofMillis(20)));
      gate.open();
    }
  }

  @Test
  void shouldTakeAnyDeadlineAboveZero() throws Exception {
    try (Classifier classifier = open(SMALL.withDeadline(Duration.ofNanos(1)))) {
      assertThatThrownBy(classifier.submit(photograph())::get)
          .hasCauseInstanceOf(TimeoutException.class);
      Duration centuries = Duration.ofSeconds(Long.MAX_VALUE);
      assertThat(classifier.submit(photograph(), centuries).get().top(1)).hasSize(1);
      for (Duration wrong : List.of(Duration.ZERO, Duration.ofMillis(-1))) {
        assertThatThrownBy(() -> classifier.submit(photograph(), wrong))
            .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> SMALL.withDeadline(wrong))
            .isInstanceOf(IllegalArgumentException.class);
      }
    }
  }

  @Test
  void shouldNeverDecodeWhatWasCancelledAndFreeItsPlace() throws Exception {
    try (Gate gate = new Gate(SMALL.withQueue(1))) {
      gate.submit(null);
      gate.awaitDecoding(1);
      for (int i = 0; i < 100; i++) { // each would be rejected if the one before kept its place
        Submission waiting = gate.submit(null);
        switch (i % 3) {
          case 0 -> assertThat(waiting.cancel(i % 2 == 0)).isTrue();
          case 1 ->
              assertThat(waiting.completeExceptionally(new IllegalCallerException())).isTrue();
          default -> assertTimeout(waiting.orTimeout(1, TimeUnit.MILLISECONDS));
        }
        assertThat(waiting).isDone();
      }
      gate.open();
      gate.submit(null).get();
      assertThat(gate.decoded.get()).isEqualTo(2);
    }
  }

  @Test
  void shouldFreeTheTensorOfWhatIsCancelledWhileItWaitsForABatch() throws Exception {
    try (Gate gate = new Gate(SMALL.withWindow(Duration.ofMinutes(1)))) {
      gate.open();
      Submission cancelled = gate.submit(null);
      while (cancelled.tensor == null) {
        Thread.onSpinWait();
      }
      cancelled.cancel(false);
      assertThat(cancelled.tensor).isNull();
      List<Submission> others = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        others.add(gate.submit(null));
      }
      for (Submission other : others) {
        other.get(20, TimeUnit.SECONDS);
      }
    }
  }

  @Test
  void shouldGoOnWhenActionsBlock() throws Exception {
    CountDownLatch latch = new CountDownLatch(1);
    CountDownLatch blocked = new CountDownLatch(3); // of four threads
    try (Gate gate = new Gate(SMALL)) {
      try {
        for (int i = 0; i < 3; i++) {
          CompletableFuture<Void> action =
              gate.submit(null)
                  .thenAccept(
                      answer -> {
                        blocked.countDown();
                        awaitQuietly(latch);
                      });
          assertThat(action).isNotNull();
        }
        gate.open();
        blocked.await();
        for (int i = 0; i < 50; i++) {
          assertThat(gate.submit(null).get(20, TimeUnit.SECONDS).top(1)).hasSize(1);
        }
      } finally {
        latch.countDown(); // close waits for the actions
      }
    }
  }

  @Test
  void shouldGoOnWhenActionsThrowAndInterrupt() throws Exception {
    try (Gate gate = new Gate(SMALL.withQueue(100))) {
      List<Submission> answers = new ArrayList<>();
      List<CompletableFuture<Void>> actions = new ArrayList<>();
      Thread test = Thread.currentThread();
      for (int i = 0; i < 50; i++) {
        answers.add(gate.submit(null));
        actions.add(
            answers
                .get(i)
                .thenAccept(
                    answer -> {
                      if (Thread.currentThread() != test) { // get() may run it, too
                        Thread.currentThread().interrupt();
                      }
                      throw new StackOverflowError("made up");
                    }));
      }
      gate.open();
      for (int i = 0; i < 50; i++) {
        assertThat(answers.get(i).get(20, TimeUnit.SECONDS).top(1)).hasSize(1);
        assertThatThrownBy(actions.get(i)::join).hasCauseInstanceOf(StackOverflowError.class);
      }
      assertThat(gate.submit(null).get().top(1)).hasSize(1);
    }
  }

  @Test
  void shouldNeverWaitForItselfInAnAction() throws Exception {
    Options options = SMALL.withQueue(1).withOverflow(OverflowPolicy.BLOCK);
    try (Gate gate = new Gate(options)) {
      AtomicReference<Throwable> closing = new AtomicReference<>();
      Submission first = gate.submit(Duration.ofSeconds(1));
      CompletableFuture<Classification> chained =
          first
              .handle((answer, failure) -> gate.queue.submit(gate::tensor, null))
              .thenCompose(f -> f);
      first.whenComplete(
          (answer, failure) -> {
            try {
              gate.queue.close();
            } catch (IllegalStateException e) {
              closing.set(e);
            }
          });
      gate.awaitDecoding(1);
      gate.submit(null); // the queue is full when the deadline passes
      assertThatThrownBy(chained::join)
          .hasCauseInstanceOf(java.util.concurrent.RejectedExecutionException.class);
      while (closing.get() == null) {
        Thread.sleep(1);
      }
      assertThat(closing.get()).hasMessageContaining("cannot close");
      gate.open();
    }
  }

  @Test
  void shouldHaveABoundedNumberOfThreadsAndStartNoneBeforeTheFirstSubmission() throws Exception {
    try (Classifier classifier = open(SMALL.withWorkers(2).withQueue(1_000))) {
      classifier.classify(photograph());
      assertThat(LiveThreads.left(THREADS)).isEmpty();
      for (CompletableFuture<Classification> each : submit(classifier, 300)) {
        each.get();
      }
      assertThat(LiveThreads.named(THREADS)).hasSize(2 + 2 + 4);
    }
  }

  private static Classifier open(Options options) {
    return Classifier.open(Demo.MODEL, options);
  }

  private static byte[] photograph() {
    return Demo.bytes(Demo.photographs().get(4));
  }

  private static float[] tensor(Classifier classifier) {
    return classifier.tensor(Demo.photographs().get(4));
  }

  private static List<CompletableFuture<Classification>> submit(Classifier classifier, int count) {
    List<CompletableFuture<Classification>> answers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      answers.add(classifier.submit(photograph()));
    }
    return answers;
  }

  private static void assertTimeout(CompletableFuture<Classification> future) {
    assertThatThrownBy(future::get).hasCauseInstanceOf(TimeoutException.class);
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
