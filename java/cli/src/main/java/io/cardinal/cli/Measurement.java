// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

import io.cardinal.engine.Model;
import io.cardinal.engine.ModelInfo;
import io.cardinal.engine.plan.Profile;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Times of one model, one calling thread for each worker: of calls as fast as they come, then of
 * runs between bursts that measure what a core can do.
 */
final class Measurement {
  private static final int MOST_CALLS = 1 << 20;
  private static final int MOST_RUNS = 1000;
  private static final double BURSTS_MILLISECONDS = 2;
  private static final double NANOSECONDS = 1e9;

  private final double[] millisecondsPerImage;
  private final double imagesPerSecond;
  private final Profile profile;

  private Measurement(double[] millisecondsPerImage, double imagesPerSecond, Profile profile) {
    this.millisecondsPerImage = millisecondsPerImage;
    this.imagesPerSecond = imagesPerSecond;
    this.profile = profile;
  }

  /** Measures for about that many seconds, after a warm-up, and at least that many calls. */
  static Measurement of(Model model, int batch, int workers, double seconds, int fewestCalls) {
    model.warmUp(batch);
    ExecutorService threads = Executors.newFixedThreadPool(workers);
    try {
      CountDownLatch ready = new CountDownLatch(workers);
      List<Future<List<Long>>> calls =
          submit(threads, workers, () -> time(model, batch, seconds / 2, fewestCalls, ready));
      List<Double> times = new ArrayList<>();
      double imagesPerSecond = 0;
      for (Future<List<Long>> each : calls) {
        double calling = each.get().stream().mapToLong(Long::longValue).sum() / NANOSECONDS;
        imagesPerSecond += each.get().size() * (double) batch / calling;
        each.get().forEach(time -> times.add(time / 1e6 / batch));
      }
      double[] sorted = times.stream().mapToDouble(Double::doubleValue).sorted().toArray();
      double run = percentile(sorted, 0.5) * batch + BURSTS_MILLISECONDS;
      int runs = (int) Math.max(fewestCalls, Math.min(MOST_RUNS, seconds / 2 * 1e3 / run));
      Profile profile = null;
      for (Future<Profile> each : submit(threads, workers, () -> model.profile(batch, runs))) {
        profile = profile == null ? each.get() : profile.and(each.get());
      }
      return new Measurement(sorted, imagesPerSecond, Objects.requireNonNull(profile));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while measuring", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException exception) {
        throw exception;
      } else if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw new IllegalStateException(e.getCause());
    } finally {
      threads.shutdownNow();
    }
  }

  /** The sum of what the workers do, so that one who ends a call earlier does not count as idle. */
  double imagesPerSecond() {
    return imagesPerSecond;
  }

  /** One worker's time for a call over the batch: minimum, median, 90th and 99th percentile. */
  Map<String, Double> millisecondsPerImage() {
    Map<String, Double> times = new LinkedHashMap<>();
    times.put("min", millisecondsPerImage[0]);
    times.put("median", percentile(millisecondsPerImage, 0.5));
    times.put("p90", percentile(millisecondsPerImage, 0.9));
    times.put("p99", percentile(millisecondsPerImage, 0.99));
    return times;
  }

  /** The runs of all workers. */
  Profile profile() {
    return profile;
  }

  /** The smallest time that at least that share of the calls do not exceed. */
  private static double percentile(double[] sorted, double share) {
    int index = (int) Math.ceil(share * sorted.length) - 1;
    return sorted[Math.max(0, index)];
  }

  private static <T> List<Future<T>> submit(ExecutorService threads, int count, Callable<T> work) {
    List<Future<T>> futures = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      futures.add(threads.submit(work));
    }
    return futures;
  }

  private static List<Long> time(
      Model model, int batch, double seconds, int fewestCalls, CountDownLatch ready)
      throws InterruptedException {
    ModelInfo info = model.model();
    int height = info.preprocessing().height();
    int width = info.preprocessing().width();
    float[] images;
    try {
      images = BenchCommand.images(info, batch);
      model.infer(images, batch, height, width);
    } finally {
      ready.countDown(); // also where this thread fails: the others wait for it
    }
    ready.await();
    List<Long> times = new ArrayList<>();
    long end = System.nanoTime() + (long) (seconds * NANOSECONDS);
    while (times.size() < MOST_CALLS && (times.size() < fewestCalls || System.nanoTime() < end)) {
      long start = System.nanoTime();
      model.infer(images, batch, height, width);
      times.add(System.nanoTime() - start);
    }
    return times;
  }
}
