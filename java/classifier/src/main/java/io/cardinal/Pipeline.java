// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal;

import io.cardinal.engine.Outputs;
import io.cardinal.image.ImageException;
import io.cardinal.image.Pixels;
import java.awt.image.BufferedImage;
import java.io.UncheckedIOException;
import java.nio.file.InvalidPathException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads, decodes and classifies files in order, decoding ahead of the network.
 *
 * <p>Decoding threads fill a window of tensors; two batches for each worker are under way at a
 * time, so that neither side waits for the other, and as many again are being decoded: all is
 * bounded.
 */
final class Pipeline<T> implements AutoCloseable {
  private static final int BATCHES_A_WORKER = 2;

  private final Classifier classifier;
  private final Function<? super T, ImageSource> source;
  private final RunOptions options;
  private final int batchSize;
  private final int batches;
  private final ExecutorService decoders;
  private final ExecutorService callers;
  private final Deque<Future<Decoded<T>>> decoding = new ArrayDeque<>();
  private final Deque<Future<List<Outcome<T>>>> calls = new ArrayDeque<>();
  private final AtomicLong decodingNanoseconds = new AtomicLong();
  private final AtomicLong inferenceNanoseconds = new AtomicLong();
  private long files;
  private long failures;

  /** A file's tensor, or why there is none. */
  private static final class Decoded<T> {
    private final T item;
    private final float @Nullable [] tensor;
    private final @Nullable BufferedImage preview;
    private final @Nullable RuntimeException failure;
    private final long start;

    Decoded(
        T item,
        float @Nullable [] tensor,
        @Nullable BufferedImage preview,
        @Nullable RuntimeException failure,
        long start) {
      this.item = item;
      this.start = start;
      this.tensor = tensor;
      this.preview = preview;
      this.failure = failure;
    }
  }

  Pipeline(Classifier classifier, Function<? super T, ImageSource> source, RunOptions options) {
    this.classifier = classifier;
    this.source = source;
    this.options = options;
    int workers = classifier.options().engine().workers();
    this.batchSize = classifier.options().engine().maxBatch();
    this.batches = BATCHES_A_WORKER * workers;
    this.decoders = Executors.newFixedThreadPool(workers, new DaemonThreads("cardinal-decoder"));
    this.callers = Executors.newFixedThreadPool(batches, new DaemonThreads("cardinal-caller"));
  }

  PipelineStatistics run(Iterator<? extends T> items, Consumer<? super Outcome<T>> consumer) {
    long start = System.nanoTime();
    long taken = 0;
    boolean isMore = true;
    while (isMore || !decoding.isEmpty() || !calls.isEmpty()) {
      while (isMore && decoding.size() < batches * batchSize) {
        isMore = items.hasNext();
        if (isMore) {
          T item = items.next();
          boolean hasPreview = options.hasPreview(taken++);
          decoding.add(decoders.submit(() -> decode(item, hasPreview)));
        }
      }
      while (calls.size() < batches && !decoding.isEmpty()) {
        List<Decoded<T>> batch = takeBatch();
        calls.add(callers.submit(() -> classify(batch)));
        if (isMore) {
          break; // decode more before waiting for more
        }
      }
      if (calls.size() == batches || decoding.isEmpty()) {
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
    boolean isInterrupted = false;
    while (!decoders.isTerminated() || !callers.isTerminated()) {
      try {
        decoders.awaitTermination(1, TimeUnit.MINUTES);
        callers.awaitTermination(1, TimeUnit.MINUTES);
      } catch (InterruptedException e) {
        isInterrupted = true;
      }
    }
    if (isInterrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private List<Decoded<T>> takeBatch() {
    List<Decoded<T>> batch = new ArrayList<>();
    while (batch.size() < batchSize && !decoding.isEmpty()) {
      batch.add(get(decoding.remove()));
    }
    return batch;
  }

  private void deliver(Consumer<? super Outcome<T>> consumer) {
    if (!calls.isEmpty()) {
      for (Outcome<T> outcome : get(calls.remove())) {
        files++;
        failures += outcome.failure().isPresent() ? 1 : 0;
        consumer.accept(outcome);
      }
    }
  }

  private Decoded<T> decode(T item, boolean hasPreview) {
    long start = System.nanoTime();
    try {
      Pixels picture = classifier.decode(classifier.read(source.apply(item)));
      BufferedImage preview = hasPreview ? Previews.of(picture, options.previewEdge()) : null;
      return new Decoded<>(item, classifier.tensor(picture), preview, null, start);
    } catch (ImageException | UncheckedIOException | InvalidPathException e) {
      return new Decoded<>(item, null, null, e, start);
    } finally {
      decodingNanoseconds.addAndGet(System.nanoTime() - start);
    }
  }

  private List<Outcome<T>> classify(List<Decoded<T>> batch) {
    int length = classifier.network().tensorLength();
    int count = (int) batch.stream().filter(decoded -> decoded.tensor != null).count();
    float[] tensors = new float[count * length];
    int filled = 0;
    for (Decoded<T> decoded : batch) {
      if (decoded.tensor != null) {
        System.arraycopy(decoded.tensor, 0, tensors, filled++ * length, length);
      }
    }
    List<Classification> answers;
    float[] features = {};
    long start = System.nanoTime();
    if (options.hasFeatures() && count > 0) {
      Outputs outputs = classifier.network().outputs(tensors, count);
      answers = classifier.network().classifications(outputs.logits());
      features = outputs.features();
    } else {
      answers = classifier.network().classify(tensors, count);
    }
    inferenceNanoseconds.addAndGet(System.nanoTime() - start);
    List<Outcome<T>> outcomes = new ArrayList<>();
    int next = 0;
    for (Decoded<T> decoded : batch) {
      if (decoded.failure == null) {
        float[] own = options.hasFeatures() ? row(features, next, count) : null;
        outcomes.add(Outcome.of(decoded.item, answers.get(next), own, decoded.preview));
        classifier.meter().ended(Metrics.End.ANSWERED, decoded.start);
        next++;
      } else {
        outcomes.add(Outcome.failed(decoded.item, decoded.failure));
        classifier.meter().ended(decoded.failure, decoded.start);
      }
    }
    return outcomes;
  }

  private static float[] row(float[] rows, int index, int count) {
    int length = rows.length / count;
    return Arrays.copyOfRange(rows, index * length, (index + 1) * length);
  }

  private static <V> V get(Future<V> future) {
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
}
