// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cardinal.testing.LiveThreads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A full queue, and the end of it all. */
@Timeout(60)
class SubmitOverflowTest {
  private static final String THREADS = "cardinal-(decoder|caller|completer).*";
  private static final Options SMALL = Options.throughput().withWorkers(1).withMaxBatch(4);
  private static final Options BLOCKING = SMALL.withQueue(1).withOverflow(OverflowPolicy.BLOCK);

  @AfterEach
  void shouldLeaveNoThread() throws Exception {
    assertThat(LiveThreads.left(THREADS)).isEmpty();
  }

  @Test
  void shouldRejectWhatFindsNoRoom() throws Exception {
    try (Gate gate = new Gate(SMALL.withQueue(3))) {
      List<Submission> accepted = new ArrayList<>(List.of(gate.submit(null)));
      gate.awaitDecoding(1);
      for (int i = 0; i < 3; i++) {
        accepted.add(gate.submit(null));
      }
      for (int i = 0; i < 10; i++) {
        assertThatThrownBy(() -> gate.submit(Duration.ofDays(1)))
            .isInstanceOf(RejectedExecutionException.class)
            .hasMessageContaining("3 images wait");
      }
      gate.open();
      for (Submission each : accepted) {
        assertThat(each.get().top(1)).hasSize(1);
      }
    }
  }

  @Test
  void shouldWaitForRoom() throws Exception {
    try (Gate gate = new Gate(BLOCKING)) {
      gate.submit(null);
      gate.awaitDecoding(1);
      gate.submit(null);
      AtomicReference<Submission> third = new AtomicReference<>();
      Thread thread = started(() -> third.set(gate.submit(null)));
      awaitWaiting(thread);
      gate.open();
      thread.join();
      assertThat(third.get().get().top(1)).hasSize(1);
    }
  }

  @Test
  void shouldEndTheWaitForRoomByAnInterruptAndByAClose() throws Exception {
    try (Gate gate = new Gate(BLOCKING)) {
      gate.submit(null);
      gate.awaitDecoding(1);
      Submission last = gate.submit(null);
      AtomicReference<Throwable> thrown = new AtomicReference<>();
      AtomicReference<Boolean> isInterrupted = new AtomicReference<>();
      Runnable call =
          () -> {
            try {
              gate.submit(null);
            } catch (RuntimeException e) {
              thrown.set(e);
            }
            isInterrupted.set(Thread.currentThread().isInterrupted());
          };
      Thread interrupted = started(call);
      awaitWaiting(interrupted);
      interrupted.interrupt();
      interrupted.join();
      assertThat(thrown.get())
          .isInstanceOf(RejectedExecutionException.class)
          .hasCauseInstanceOf(InterruptedException.class);
      assertThat(isInterrupted.get()).isTrue();

      Thread closedOut = started(call);
      awaitWaiting(closedOut);
      Thread closing = started(gate.queue::close);
      closedOut.join();
      assertThat(thrown.get()).isInstanceOf(IllegalStateException.class);
      gate.open();
      closing.join();
      assertThat(last.get().top(1)).hasSize(1);
    }
  }

  @Test
  void shouldAcceptFromAnInterruptedThreadWhileThereIsRoom() throws Exception {
    try (Gate gate = new Gate(BLOCKING)) {
      gate.open();
      Thread.currentThread().interrupt();
      Submission accepted = gate.submit(null);
      assertThat(Thread.interrupted()).isTrue();
      assertThat(accepted.get().top(1)).hasSize(1);
    }
  }

  @Test
  void shouldAnswerWhatWasAcceptedWhenItIsClosed() throws Exception {
    byte[] photograph = Demo.bytes(Demo.photographs().get(4));
    Classifier classifier = Classifier.open(Demo.MODEL, SMALL.withWindow(Duration.ofMinutes(1)));
    List<CompletableFuture<Classification>> answers = new ArrayList<>();
    for (int i = 0; i < 101; i++) {
      answers.add(classifier.submit(photograph));
    }
    Thread other = started(classifier::close);
    Thread.currentThread().interrupt();
    classifier.close();
    assertThat(Thread.interrupted()).as("the interrupt is kept").isTrue();
    assertThat(answers).allMatch(CompletableFuture::isDone);
    other.join();
    classifier.close();
    for (CompletableFuture<Classification> answer : answers) {
      assertThat(answer.get().best().label()).isEqualTo("frog");
    }
    assertThatThrownBy(() -> classifier.submit(photograph))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }

  @Test
  void shouldEndWhenWhatIsLeftIsCancelledWhileItCloses() throws Exception {
    try (Gate gate = new Gate(SMALL.withQueue(50))) {
      gate.submit(null);
      gate.awaitDecoding(1);
      List<Submission> waiting = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        waiting.add(gate.submit(Duration.ofDays(1)));
      }
      Thread closing = started(gate.queue::close);
      awaitWaiting(closing);
      waiting.forEach(each -> each.cancel(false));
      gate.open();
      closing.join();
      assertThat(gate.decoded.get()).isEqualTo(1);
    }
  }

  @Test
  void shouldHaveOptionsThatDoNotChange() {
    Options options = Options.throughput();
    assertThat(options.window()).isEqualTo(Options.DEFAULT_WINDOW);
    assertThat(options.queue()).isEqualTo(Options.DEFAULT_QUEUE);
    assertThat(options.overflow()).isEqualTo(OverflowPolicy.REJECT);
    assertThat(options.deadline()).isEmpty();
    Options changed =
        options
            .withWindow(Duration.ZERO)
            .withQueue(7)
            .withOverflow(OverflowPolicy.BLOCK)
            .withDeadline(Duration.ofSeconds(3))
            .withWorkers(3)
            .withMaxFileBytes(5)
            .withMaxPixels(6);
    assertThat(changed.window()).isZero();
    assertThat(changed.queue()).isEqualTo(7);
    assertThat(changed.overflow()).isEqualTo(OverflowPolicy.BLOCK);
    assertThat(changed.deadline()).contains(Duration.ofSeconds(3));
    List<Runnable> wrong =
        List.of(
            () -> options.withWindow(Duration.ofMillis(-1)),
            () -> options.withWindow(Duration.ofHours(1)),
            () -> options.withQueue(0),
            () -> options.withQueue(1_000_001));
    for (Runnable each : wrong) {
      assertThatThrownBy(each::run).isInstanceOf(IllegalArgumentException.class);
    }
  }

  private static Thread started(Runnable task) {
    Thread thread = new Thread(task, "test");
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private static void awaitWaiting(Thread thread) throws InterruptedException {
    while (thread.getState() != Thread.State.WAITING
        && thread.getState() != Thread.State.TIMED_WAITING) {
      Thread.sleep(1);
    }
  }
}
