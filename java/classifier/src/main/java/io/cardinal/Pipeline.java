// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal;

import io.cardinal.Pictures.Prepared;
import io.cardinal.engine.Outputs;
import io.cardinal.engine.platform.Cores;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads, decodes and classifies images in order, each of these ahead of the next.
 *
 * <p>The calling thread lists images and hands over answers. Between the two an image is read by a
 * reader, decoded by a decoder and put into a batch, which a caller gives to a worker of the
 * network. The queues between them are bounded by the number of images under way: two batches for
 * each worker are with the network, as many images are read and decoded meanwhile. So each side
 * waits for the next: no image is listed while so many are under way. Memory is bounded by {@link
 * DecodeBudget} besides, and by {@link LoadedItems} where the listing itself takes memory. Waiting
 * for that is never waiting for ever: what it waits for has been listed before.
 *
 * <p>As many threads decode as there are cores, whatever the number of workers: who has to wait
 * leaves the cores to the others. With a small network the decoders take most of the time, with a
 * large one the workers, and nobody has to know which.
 */
final class Pipeline<T> implements AutoCloseable {
  private static final int BATCHES_A_WORKER = 2;
  private static final int FEWEST_READERS = 2;
  private static final int MOST_READERS = 8;

  /** Of the heap, for inputs of the network that are under way. */
  private static final int SHARE_OF_TENSORS = 8;

  /** Of the heap, for items that are loaded when they are listed. */
  private static final int SHARE_OF_LOADED = 32;

  private final Classifier classifier;
  private final Function<? super T, ImageSource> source;
  private final RunOptions options;
  private final int batchSize;
  private final int batches;
  private final PipelineClock clock;
  private final ExecutorService readers;
  private final ExecutorService decoders;
  private final ExecutorService callers;
  private final Deque<PipelineTask<T>> tasks = new ArrayDeque<>();
  private final Deque<Call<T>> calls = new ArrayDeque<>();

  /** Bytes of the items that are listed and not delivered yet. */
  private long loaded;

  /** A batch with the network, and the bytes that its items brought along. */
  private record Call<T>(Future<List<Outcome<T>>> outcomes, long loaded) {}

  Pipeline(Classifier classifier, Function<? super T, ImageSource> source, RunOptions options) {
    this.classifier = classifier;
    this.source = source;
    this.options = options;
    int workers = classifier.options().engine().workers();
    int cores = Cores.given().logical();
    int readerCount = Math.max(FEWEST_READERS, Math.min(MOST_READERS, cores));
    this.batchSize = classifier.options().engine().maxBatch();
    this.batches =
        batches(workers, (long) batchSize * classifier.network().tensorLength() * Float.BYTES);
    this.clock = new PipelineClock(readerCount, cores, workers);
    this.readers = Executors.newFixedThreadPool(readerCount, new DaemonThreads("cardinal-reader"));
    this.decoders = Executors.newFixedThreadPool(cores, new DaemonThreads("cardinal-decoder"));
    this.callers = Executors.newFixedThreadPool(batches, new DaemonThreads("cardinal-caller"));
  }

  /** Batches with the network: fewer where the heap is small for them, but one for each worker. */
  private static int batches(int workers, long bytes) {
    long affordable = Runtime.getRuntime().maxMemory() / SHARE_OF_TENSORS / bytes;
    return (int) Math.max(workers, Math.min(affordable, (long) BATCHES_A_WORKER * workers));
  }

  PipelineStatistics run(Iterator<? extends T> items, Consumer<? super Outcome<T>> consumer) {
    clock.start();
    boolean isMore = true;
    while (isMore || !tasks.isEmpty() || !calls.isEmpty()) {
      while (isMore && tasks.size() < batches * batchSize && hasRoom(items)) {
        isMore = list(items);
      }
      while (calls.size() < batches && !tasks.isEmpty()) {
        List<PipelineTask<T>> batch = takeBatch();
        long bytes = batch.stream().mapToLong(task -> task.loaded).sum();
        calls.add(new Call<>(callers.submit(() -> classify(batch)), bytes));
        if (isMore) {
          break; // list more before waiting for more
        }
      }
      while (!calls.isEmpty()
          && (calls.size() == batches || tasks.isEmpty() || calls.element().outcomes.isDone())) {
        deliver(consumer);
        if (isMore && tasks.isEmpty()) {
          break; // there may be room for more now
        }
      }
    }
    return clock.statistics();
  }

  /** Drops what has not begun and waits for what has, so that the classifier can be closed. */
  @Override
  public void close() {
    boolean isInterrupted = false;
    for (ExecutorService stage : List.of(readers, decoders, callers)) {
      stage.shutdownNow();
      while (!stage.isTerminated()) { // the next stage takes what this one gives it until then
        try {
          stage.awaitTermination(1, TimeUnit.MINUTES);
        } catch (InterruptedException e) {
          isInterrupted = true;
        }
      }
    }
    calls.forEach(call -> call.outcomes.cancel(false));
    tasks.forEach(task -> task.drop(classifier.pictures()));
    if (isInterrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether the next item may bring its bytes along now. */
  private boolean hasRoom(Iterator<? extends T> items) {
    long start = System.nanoTime();
    long next = nextBytes(items);
    clock.list(start, false);
    long most = Runtime.getRuntime().maxMemory() / SHARE_OF_LOADED;
    return next == 0 || loaded + next <= most || (tasks.isEmpty() && calls.isEmpty());
  }

  private static long nextBytes(Iterator<?> items) {
    return items instanceof LoadedItems<?> loading ? loading.nextBytes() : 0;
  }

  /** Takes the next item, if there is one. */
  private boolean list(Iterator<? extends T> items) {
    long start = System.nanoTime();
    boolean isMore = items.hasNext();
    if (isMore) {
      long bytes = nextBytes(items);
      T item = items.next();
      loaded += bytes;
      PipelineTask<T> task = new PipelineTask<>(item, bytes, options.previewEdge(clock.listed()));
      tasks.add(task);
      readers.execute(() -> read(task));
    }
    clock.list(start, isMore);
    return isMore;
  }

  private void read(PipelineTask<T> task) {
    Pictures pictures = classifier.pictures();
    if (task.read(pictures, source, clock.times())) {
      task.attempt(() -> decoders.execute(() -> task.decode(pictures, clock.times())));
    }
  }

  private List<PipelineTask<T>> takeBatch() {
    Events.Batch event = new Events.Batch();
    event.begin();
    List<PipelineTask<T>> batch = new ArrayList<>();
    try {
      while (batch.size() < batchSize && !tasks.isEmpty()) {
        tasks.element().await();
        batch.add(tasks.remove());
      }
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
    event.images = batch.size();
    event.queueDepth = tasks.size();
    event.commit();
    return batch;
  }

  private void deliver(Consumer<? super Outcome<T>> consumer) {
    Call<T> call = calls.remove();
    for (Outcome<T> outcome : get(call.outcomes)) {
      long start = System.nanoTime();
      consumer.accept(outcome);
      clock.write(start, outcome.failure().isPresent());
    }
    loaded -= call.loaded;
  }

  private List<Outcome<T>> classify(List<PipelineTask<T>> batch) {
    int length = classifier.network().tensorLength();
    int count = (int) batch.stream().filter(task -> task.prepared() != null).count();
    float[] tensors = new float[count * length];
    int filled = 0;
    for (PipelineTask<T> task : batch) {
      Prepared prepared = task.prepared();
      if (prepared != null) {
        classifier.normalise(prepared.input(), tensors, filled++ * length);
      }
    }
    List<Classification> answers;
    float[] features = {};
    clock.beginInference();
    if (options.hasFeatures() && count > 0) {
      Outputs outputs = classifier.network().outputs(tensors, count);
      answers = classifier.network().classifications(outputs.logits());
      features = outputs.features();
    } else {
      answers = classifier.network().classify(tensors, count);
    }
    clock.endInference();
    List<Outcome<T>> outcomes = new ArrayList<>();
    int next = 0;
    for (PipelineTask<T> task : batch) {
      Prepared prepared = task.prepared();
      if (prepared != null) {
        float[] own = options.hasFeatures() ? row(features, next, count) : null;
        outcomes.add(Outcome.of(task.item, answers.get(next), own, prepared.preview()));
        classifier.meter().ended(Metrics.End.ANSWERED, task.start);
        next++;
      } else {
        RuntimeException failure = Objects.requireNonNull(task.failure());
        outcomes.add(Outcome.failed(task.item, failure));
        classifier.meter().ended(failure, task.start);
      }
    }
    return outcomes;
  }

  private static float @Nullable [] row(float[] rows, int index, int count) {
    int length = rows.length / count;
    return Arrays.copyOfRange(rows, index * length, (index + 1) * length);
  }

  private static <V> V get(Future<V> future) {
    try {
      return future.get();
    } catch (InterruptedException e) {
      throw interrupted(e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      } else if (e.getCause() instanceof RuntimeException exception) {
        throw exception;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  private static IllegalStateException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new IllegalStateException("interrupted while classifying", e);
  }
}
