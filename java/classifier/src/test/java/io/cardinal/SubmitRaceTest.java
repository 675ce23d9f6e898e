// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal;

import static org.assertj.core.api.Assertions.assertThat;

import io.cardinal.engine.platform.NativeMemory;
import io.cardinal.image.ImageException;
import io.cardinal.testing.LiveThreads;
import io.cardinal.testing.Scale;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Submissions, cancellations, deadlines, interrupts, actions that throw or block, and a close at
 * some moment, from eight threads at once. {@code -Dcardinal.seed} repeats a run, {@code
 * -Dcardinal.race.seconds} makes it longer.
 */
@Timeout(900)
class SubmitRaceTest {
  private static final String OURS = "cardinal-(decoder|caller|completer).*";
  private static final int THREADS = 8;
  private static final int SECONDS =
      Integer.getInteger("cardinal.race.seconds", Scale.of(3, 15, 600));
  private static final int ROUND_MILLIS = Scale.of(600, 1_000, 1_000);
  private static final int IMAGES = 8;

  private final List<byte[]> images = new ArrayList<>();
  private final List<float[]> expected = new ArrayList<>();
  private final AtomicLong answers = new AtomicLong();
  private final AtomicLong cancelled = new AtomicLong();
  private final AtomicLong timeouts = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();
  private final AtomicLong rejected = new AtomicLong();
  private final AtomicLong closedOut = new AtomicLong();

  /** A submission that was accepted, and how often its action ran. */
  private record Accepted(
      int image, CompletableFuture<Classification> future, AtomicInteger runs) {}

  @Test
  void shouldEndEverySubmissionOnceAndRight() throws Exception {
    long seed = Scale.seed(SubmitRaceTest.class);
    Random random = new Random(seed);
    prepare(random);
    long blocks = NativeMemory.liveBlocks();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    int rounds = 0;
    while (System.nanoTime() < end) {
      round(random.nextLong());
      rounds++;
      assertThat(NativeMemory.liveBlocks()).as("native blocks, seed %d", seed).isEqualTo(blocks);
      assertThat(LiveThreads.left(OURS)).as("threads, seed %d", seed).isEmpty();
    }
    System.out.printf(
        "SubmitRaceTest: %d rounds, %d answers, %d cancelled, %d timeouts, %d refused, %d rejected,"
            + " %d after close%n",
        rounds,
        answers.get(),
        cancelled.get(),
        timeouts.get(),
        refused.get(),
        rejected.get(),
        closedOut.get());
    assertThat(List.of(answers, cancelled, timeouts, refused, rejected, closedOut))
        .allMatch(each -> each.get() > 0);
  }

  private void round(long seed) throws Exception {
    Random random = new Random(seed);
    Options options =
        Options.throughput()
            .withWorkers(1 + random.nextInt(2))
            .withMaxBatch(1 + random.nextInt(8))
            .withWindow(Duration.ofNanos(random.nextInt(1_000_000)))
            .withQueue(1 + random.nextInt(64))
            .withOverflow(OverflowPolicy.values()[random.nextInt(2)]);
    Queue<Accepted> accepted = new ConcurrentLinkedQueue<>();
    Queue<Throwable> unexpected = new ConcurrentLinkedQueue<>();
    Classifier classifier = Classifier.open(Demo.MODEL, options);
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < THREADS; t++) {
      Random own = new Random(random.nextLong());
      Thread thread =
          new Thread(
              () -> {
                try {
                  submitUntilClosed(classifier, own, accepted);
                } catch (Throwable e) {
                  unexpected.add(e);
                }
              });
      thread.start();
      threads.add(thread);
    }
    Thread.sleep(random.nextInt(ROUND_MILLIS));
    classifier.close();
    assertThat(accepted).as("done once it is closed").allMatch(each -> each.future.isDone());
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(unexpected).as("round %d", seed).isEmpty();
    for (Accepted each : accepted) {
      check(each);
    }
  }

  private void submitUntilClosed(Classifier classifier, Random random, Queue<Accepted> accepted) {
    while (true) {
      int image = random.nextInt(5) == 0 ? random.nextInt(IMAGES) : IMAGES; // most are cheap
      if (random.nextInt(50) == 0) {
        Thread.currentThread().interrupt();
      }
      try {
        CompletableFuture<Classification> future =
            random.nextInt(4) == 0
                ? classifier.submit(
                    images.get(image), Duration.ofNanos(1 + random.nextInt(3_000_000)))
                : classifier.submit(images.get(image));
        Accepted each = new Accepted(image, future, new AtomicInteger());
        meddle(each, random);
        accepted.add(each);
      } catch (RejectedExecutionException e) {
        rejected.incrementAndGet();
        pause(random.nextInt(100_000));
      } catch (IllegalStateException e) {
        closedOut.incrementAndGet();
        return;
      } finally {
        Thread.interrupted();
      }
    }
  }

  private static void meddle(Accepted each, Random random) {
    int pause = random.nextInt(2_000_000);
    int kind = random.nextInt(200);
    each.future.whenComplete(
        (answer, failure) -> {
          each.runs.incrementAndGet();
          if (kind == 1) {
            pause(pause);
          } else if (kind < 20) {
            throw new IllegalCallerException("an action that throws");
          }
        });
    switch (random.nextInt(6)) {
      case 0 -> each.future.cancel(true);
      case 1 -> {
        pause(random.nextInt(500_000));
        each.future.cancel(false);
      }
      default -> {}
    }
  }

  private void check(Accepted each) {
    assertThat(each.runs.get()).as("runs of an action").isEqualTo(1);
    try {
      float[] logits = each.future.join().logits();
      assertThat(logits).isEqualTo(expected.get(each.image));
      answers.incrementAndGet();
    } catch (CancellationException e) {
      cancelled.incrementAndGet();
    } catch (java.util.concurrent.CompletionException e) {
      if (e.getCause() instanceof TimeoutException) {
        timeouts.incrementAndGet();
      } else {
        assertThat(e.getCause()).isInstanceOf(ImageException.class);
        assertThat(each.image).isEqualTo(IMAGES);
        refused.incrementAndGet();
      }
    }
  }

  /** Small pictures that differ, and behind them bytes that are none. */
  private void prepare(Random random) {
    try (Classifier classifier = Demo.open(1, 1)) {
      for (int i = 0; i < IMAGES; i++) {
        BufferedImage image = new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB);
        for (int p = 0; p < 1024; p++) {
          image.setRGB(p % 32, p / 32, random.nextInt());
        }
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(image, "png", png);
        images.add(png.toByteArray());
        expected.add(classifier.classify(png.toByteArray()).logits());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    images.add(new byte[] {1, 2, 3});
  }

  private static void pause(int nanoseconds) {
    java.util.concurrent.locks.LockSupport.parkNanos(nanoseconds);
  }
}
