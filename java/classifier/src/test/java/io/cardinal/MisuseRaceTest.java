// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal;

import static org.assertj.core.api.Assertions.assertThat;

import io.cardinal.engine.ModelDefinition;
import io.cardinal.engine.ModelMetadata;
import io.cardinal.engine.platform.NativeMemory;
import io.cardinal.engine.spec.Preprocessing;
import io.cardinal.engine.spec.ResNeXtSpec;
import io.cardinal.engine.spec.Stem;
import io.cardinal.engine.tensor.FormulaTensors;
import io.cardinal.testing.Golden;
import io.cardinal.testing.LiveThreads;
import io.cardinal.testing.Scale;
import io.cardinal.testing.Tally;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * F6: eight threads do whatever they like to one classifier, closing it among that, and interrupt
 * each other. Each call gives the right answer or says why not: the classifier is closed, the queue
 * full, the deadline over, the future cancelled, the wait interrupted. {@code -Dcardinal.seed}
 * repeats a run.
 */
@DisplayName("F6: use after close, double close, close during run")
@Timeout(1_800)
class MisuseRaceTest {
  private static final int RACES = Scale.of(5_000, 100_000);
  private static final int THREADS = 8;
  private static final int MOST_CALLS = 24;
  private static final int SIZE = 32;
  private static final int FLOATS = SIZE * SIZE * 3;
  private static final ResNeXtSpec SPEC =
      new ResNeXtSpec(List.of(1, 1, 1, 1), 4, 4, Stem.CONV7X7_POOL, 16, 32, 10, 1e-5);

  private final Tally tally = new Tally("F6");
  private final Queue<Throwable> wrong = new ConcurrentLinkedQueue<>();
  private final ModelDefinition network = network();
  private final Path photo = Golden.path("preprocess/sources/jpeg-420-q75.jpg"); // 157 x 113
  private final byte[] photoBytes = Demo.bytes(photo);
  private float[] logits;
  private float[] features;
  private float[] zeros;

  @TempDir Path folder;

  /** What a call may end with besides the right answer. */
  private enum End {
    RIGHT,
    CLOSED,
    OTHER
  }

  /** A classifier and those who use it. */
  private final class Round {
    private final Random random;
    private final Classifier classifier;
    private final List<Thread> threads = new ArrayList<>();
    private final Queue<CompletableFuture<?>> futures = new ConcurrentLinkedQueue<>();
    private volatile boolean isClosed;

    Round(long seed) {
      random = new Random(seed);
      Options options =
          Options.throughput()
              .withEngine(Options.throughput().engine().withMaxPlans(2))
              .withWorkers(1 + random.nextInt(2))
              .withMaxBatch(1 + random.nextInt(4))
              .withQueue(1 + random.nextInt(6))
              .withWindow(Duration.ofNanos(random.nextInt(500_000)))
              .withOverflow(OverflowPolicy.values()[random.nextInt(2)]);
      classifier = Classifier.open(network, options);
    }

    void run() throws InterruptedException {
      for (int t = 0; t < THREADS; t++) {
        Random own = new Random(random.nextLong());
        threads.add(new Thread(() -> callUntilClosed(own), "racer-" + t));
      }
      threads.forEach(Thread::start);
      for (Thread thread : threads) {
        thread.join();
      }
      classifier.close();
      assertThat(futures).allMatch(CompletableFuture::isDone);
    }

    private void callUntilClosed(Random random) {
      for (int i = 0; i < MOST_CALLS; i++) {
        boolean wasClosed = isClosed;
        try {
          End end = end(random);
          assertThat(wasClosed && end == End.RIGHT).as("answered after close").isFalse();
          tally.pass();
          if (end == End.CLOSED && random.nextBoolean()) {
            break;
          }
        } catch (Throwable t) {
          tally.fail();
          wrong.add(t);
        } finally {
          Thread.interrupted();
        }
      }
    }

    private End end(Random random) {
      try {
        return call(random);
      } catch (RejectedExecutionException | CancellationException e) {
        return End.OTHER;
      } catch (IllegalStateException e) {
        if (e.getCause() instanceof InterruptedException) {
          return End.OTHER;
        }
        assertThat(e).hasMessageContaining("closed");
        return End.CLOSED;
      } catch (CompletionException e) {
        if (!(e.getCause() instanceof TimeoutException)) {
          throw e;
        }
        return End.OTHER;
      }
    }

    private End call(Random random) {
      switch (random.nextInt(14)) {
        case 0 -> assertThat(classifier.infer(new float[FLOATS], 1, SIZE, SIZE)).isEqualTo(zeros);
        case 1 ->
            assertThat(classifier.infer(new float[3 * FLOATS], 3, SIZE, SIZE)).startsWith(zeros);
        case 2 -> right(classifier.classify(photoBytes));
        case 3 -> right(classifier.classify(photo));
        case 4 -> assertThat(classifier.features(photoBytes)).isEqualTo(features);
        case 5 -> classifier.classifyAll(List.of(photo, photo)).forEach(this::right);
        case 6 -> right(submitted(classifier.submit(photoBytes)).join());
        case 7 -> {
          Duration longest = Duration.ofNanos(1 + random.nextInt(3_000_000));
          right(submitted(classifier.submit(photoBytes, longest)).join());
        }
        case 8 -> {
          CompletableFuture<Classification> future = submitted(classifier.submit(photoBytes));
          future.cancel(random.nextBoolean());
          right(future.join());
        }
        case 9 -> submitted(classifier.submit(photo)).thenAccept(this::right);
        case 10 -> assertThat(classifier.plan(1 + random.nextInt(2)).steps()).isNotEmpty();
        case 11 -> assertThat(classifier.nativeBytes()).isPositive();
        case 12 -> {
          threads.get(random.nextInt(THREADS)).interrupt();
          return End.OTHER;
        }
        default -> {
          if (random.nextInt(4) == 0) {
            classifier.close();
            isClosed = true;
            return End.OTHER;
          }
          classifier.warmUp(1);
        }
      }
      return End.RIGHT;
    }

    private <T> CompletableFuture<T> submitted(CompletableFuture<T> future) {
      futures.add(future);
      return future;
    }

    private void right(Classification answer) {
      if (!Arrays.equals(answer.logits(), logits)) {
        wrong.add(new AssertionError("a wrong answer"));
      }
    }
  }

  @Test
  void shouldAnswerRightOrSayWhyNot() throws InterruptedException {
    Random random = new Random(Scale.seed(MisuseRaceTest.class));
    try (Classifier alone = Classifier.open(network, Options.throughput().withWorkers(1))) {
      logits = alone.classify(photo).logits();
      features = alone.features(photo);
      zeros = alone.infer(new float[FLOATS], 1, SIZE, SIZE);
    }
    long blocks = NativeMemory.liveBlocks();
    while (tally.passed() + tally.failed() < RACES) {
      new Round(random.nextLong()).run();
      assertThat(NativeMemory.liveBlocks()).isEqualTo(blocks);
      assertThat(LiveThreads.left("cardinal-(decoder|caller|completer|worker).*")).isEmpty();
      assertThat(wrong).isEmpty();
    }
    tally.print();
  }

  /** The first picture ever, on a thread that is interrupted: a class must not break for good. */
  @Test
  void shouldDecodeOnAnInterruptedThread() throws IOException, InterruptedException {
    Path source = folder.resolve("Interrupted.java");
    Files.writeString(
        source,
        """
        import io.cardinal.Classifier;
        import java.nio.file.Files;
        import java.nio.file.Path;

        public class Interrupted {
          public static void main(String[] arguments) throws Exception {
            System.setProperty("cardinal.cache", arguments[2]);
            byte[] photo = Files.readAllBytes(Path.of(arguments[1]));
            try (Classifier classifier = Classifier.open(Path.of(arguments[0]))) {
              Thread.currentThread().interrupt();
              System.out.println(classifier.classify(photo).best().index());
              System.out.println(Thread.interrupted());
              System.out.println(classifier.classify(photo).best().index());
            }
          }
        }
        """);
    Demo.Answer expected = Demo.answers().get(4);
    String picture = Demo.photographs().get(4).toString();
    assertThat(
            Program.compile(source, folder)
                .run(Demo.MODEL.toString(), picture, folder.resolve("cache").toString())
                .lines())
        .containsExactly("" + expected.index(), "true", "" + expected.index());
  }

  private static ModelDefinition network() {
    Preprocessing preprocessing =
        new Preprocessing(
            SIZE,
            SIZE,
            OptionalInt.empty(),
            0.875,
            Preprocessing.CropMode.CENTER,
            Preprocessing.Interpolation.BILINEAR,
            Preprocessing.IMAGENET_MEAN,
            Preprocessing.IMAGENET_STD);
    return new ModelDefinition(
        "small", SPEC, preprocessing, ModelMetadata.unnamed(10), "", FormulaTensors.of(SPEC, 3));
  }
}
