// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal;

import io.cardinal.image.ImageException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads, decodes and classifies files in order, decoding ahead of the network.
 *
 * <p>Decoding threads fill a window of tensors; two calls of the network are under way at a time,
 * each with a full batch for every worker, so that neither side waits for the other. Everything is
 * bounded: the window holds four such calls.
 */
final class Pipeline implements AutoCloseable {
  private static final int CALLS_UNDER_WAY = 2;
  private static final AtomicInteger THREADS = new AtomicInteger();

  private final Classifier classifier;
  private final int callSize;
  private final ExecutorService decoders;
  private final ExecutorService callers;
  private final Deque<Future<Decoded>> decoding = new ArrayDeque<>();
  private final Deque<Future<List<Outcome>>> calls = new ArrayDeque<>();
  private final AtomicLong decodingNanoseconds = new AtomicLong();
  private final AtomicLong inferenceNanoseconds = new AtomicLong();
  private long files;
  private long failures;

  /** A file's tensor, or why there is none. */
  private static final class Decoded {
    private final Path file;
    private final float @Nullable [] tensor;
    private final @Nullable RuntimeException failure;

    Decoded(Path file, float @Nullable [] tensor, @Nullable RuntimeException failure) {
      this.file = file;
      this.tensor = tensor;
      this.failure = failure;
    }
  }

  Pipeline(Classifier classifier) {
    this.classifier = classifier;
    int workers = classifier.options().engine().workers();
    this.callSize = classifier.options().engine().maxBatch() * workers;
    this.decoders = Executors.newFixedThreadPool(workers, daemons("cardinal-decoder"));
    this.callers = Executors.newFixedThreadPool(CALLS_UNDER_WAY, daemons("cardinal-caller"));
  }

  PipelineStatistics run(Iterator<Path> paths, Consumer<Outcome> consumer) {
    long start = System.nanoTime();
    boolean isMore = true;
    while (isMore || !decoding.isEmpty() || !calls.isEmpty()) {
      while (isMore && decoding.size() < CALLS_UNDER_WAY * callSize) {
        isMore = paths.hasNext();
        if (isMore) {
          Path file = paths.next();
          decoding.add(decoders.submit(() -> decode(file)));
        }
      }
      while (calls.size() < CALLS_UNDER_WAY && !decoding.isEmpty()) {
        List<Decoded> batch = takeBatch();
        calls.add(callers.submit(() -> classify(batch)));
        if (isMore) {
          break; // decode more before waiting for more
        }
      }
      if (calls.size() == CALLS_UNDER_WAY || decoding.isEmpty()) {
        deliver(consumer);
      }
    }
    return new PipelineStatistics(
        files,
        failures,
        System.nanoTime() - start,
        decodingNanoseconds.get(),
        inferenceNanoseconds.get());
  }

  /** Drops what has not begun and waits for what has, so that the classifier can be closed. */
  @Override
  public void close() {
    decoders.shutdownNow();
    callers.shutdownNow();
    decoding.forEach(future -> future.cancel(false));
    calls.forEach(future -> future.cancel(false));
  }

  private List<Decoded> takeBatch() {
    List<Decoded> batch = new ArrayList<>();
    while (batch.size() < callSize && !decoding.isEmpty()) {
      batch.add(get(decoding.remove()));
    }
    return batch;
  }

  private void deliver(Consumer<Outcome> consumer) {
    if (!calls.isEmpty()) {
      for (Outcome outcome : get(calls.remove())) {
        files++;
        failures += outcome.failure().isPresent() ? 1 : 0;
        consumer.accept(outcome);
      }
    }
  }

  private Decoded decode(Path file) {
    long start = System.nanoTime();
    try {
      return new Decoded(file, classifier.tensor(file), null);
    } catch (ImageException | UncheckedIOException e) {
      return new Decoded(file, null, e);
    } finally {
      decodingNanoseconds.addAndGet(System.nanoTime() - start);
    }
  }

  private List<Outcome> classify(List<Decoded> batch) {
    int length = classifier.tensorLength();
    int count = (int) batch.stream().filter(decoded -> decoded.tensor != null).count();
    float[] tensors = new float[count * length];
    int filled = 0;
    for (Decoded decoded : batch) {
      if (decoded.tensor != null) {
        System.arraycopy(decoded.tensor, 0, tensors, filled++ * length, length);
      }
    }
    long start = System.nanoTime();
    Iterator<Classification> answers =
        count == 0
            ? List.<Classification>of().iterator()
            : classifier.classify(tensors, count).iterator();
    inferenceNanoseconds.addAndGet(System.nanoTime() - start);
    List<Outcome> outcomes = new ArrayList<>();
    for (Decoded decoded : batch) {
      outcomes.add(
          decoded.failure == null
              ? Outcome.of(decoded.file, answers.next())
              : Outcome.failed(decoded.file, decoded.failure));
    }
    return outcomes;
  }

  private static <T> T get(Future<T> future) {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while classifying", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      } else if (e.getCause() instanceof RuntimeException exception) {
        throw exception;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  private static ThreadFactory daemons(String name) {
    return task -> {
      Thread thread = new Thread(task, name + "-" + THREADS.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }
}
