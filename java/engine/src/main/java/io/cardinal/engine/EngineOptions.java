// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine;

import io.cardinal.engine.platform.Cores;
import io.cardinal.engine.platform.MemoryBudget;
import java.util.List;

/**
 * How a model runs. Immutable; {@code with...} methods give changed copies.
 *
 * @param workers how many images or batches run at once; 1 to 1024
 * @param threads how many threads of a worker share each image, one core each; 1 to 64, and 1 with
 *     the kernels {@code reference}
 * @param maxBatch most images of one pass; larger calls are cut; 1 to 1024
 * @param maxNativeBytes most native memory that the model may take
 * @param maxPlans most plans kept, one for each batch size, height and width; 1 to 1024
 * @param kernels {@code cardinal}, {@code onednn} or {@code reference} to force one, or {@code
 *     auto}
 * @param precision number format of weights and activations
 */
public record EngineOptions(
    int workers,
    int threads,
    int maxBatch,
    long maxNativeBytes,
    int maxPlans,
    String kernels,
    Precision precision) {
  /** The system property that names the default of {@link #kernels()}. */
  public static final String KERNELS_PROPERTY = "cardinal.kernels";

  /** What {@link #kernels()} may be. */
  public static final List<String> KERNELS = List.of("auto", "cardinal", "onednn", "reference");

  private static final int LARGEST = 1024;
  private static final int MOST_THREADS = 64;

  /** Number formats. */
  public enum Precision {
    /** IEEE single. */
    F32
  }

  /**
   * Refuses values out of range, with an {@link IllegalArgumentException}.
   *
   * @param workers how many images or batches run at once; 1 to 1024
   * @param threads how many threads of a worker share each image, one core each; 1 to 64
   * @param maxBatch most images of one pass; larger calls are cut; 1 to 1024
   * @param maxNativeBytes most native memory that the model may take
   * @param maxPlans most plans kept, one for each batch size, height and width; 1 to 1024
   * @param kernels {@code onednn} or {@code reference} to force one, or {@code auto}
   * @param precision number format of weights and activations
   */
  public EngineOptions {
    between("workers", workers, LARGEST);
    between("threads", threads, MOST_THREADS);
    between("max batch", maxBatch, LARGEST);
    between("max plans", maxPlans, LARGEST);
    if (maxNativeBytes < 1) {
      throw new IllegalArgumentException("max native bytes must be positive: " + maxNativeBytes);
    }
    if (!KERNELS.contains(kernels)) {
      throw new IllegalArgumentException(
          "kernels must be one of " + String.join(", ", KERNELS) + ", not " + kernels);
    }
  }

  /**
   * One worker of one thread on each physical core given, at most 8 images a pass, three quarters
   * of the memory, kernels as {@code cardinal.kernels} says.
   *
   * @return these options
   */
  public static EngineOptions defaults() {
    String forced = System.getProperty(KERNELS_PROPERTY, "");
    return new EngineOptions(
        Cores.given().physical(),
        1,
        8,
        MemoryBudget.defaultLimit(),
        16,
        forced.isEmpty() ? "auto" : forced,
        Precision.F32);
  }

  /**
   * {@return a copy with another number of workers}
   *
   * @param count how many images or batches run at once; 1 to 1024
   */
  public EngineOptions withWorkers(int count) {
    return new EngineOptions(
        count, threads, maxBatch, maxNativeBytes, maxPlans, kernels, precision);
  }

  /**
   * {@return a copy whose workers have another number of threads}
   *
   * @param count threads that share each image, one core each; 1 to 64
   */
  public EngineOptions withThreads(int count) {
    return new EngineOptions(
        workers, count, maxBatch, maxNativeBytes, maxPlans, kernels, precision);
  }

  /**
   * {@return a copy with another largest batch}
   *
   * @param images most images of one pass; 1 to 1024
   */
  public EngineOptions withMaxBatch(int images) {
    return new EngineOptions(
        workers, threads, images, maxNativeBytes, maxPlans, kernels, precision);
  }

  /**
   * {@return a copy with another memory limit}
   *
   * @param bytes most native memory that the model may take
   */
  public EngineOptions withMaxNativeBytes(long bytes) {
    return new EngineOptions(workers, threads, maxBatch, bytes, maxPlans, kernels, precision);
  }

  /**
   * {@return a copy that keeps another number of plans}
   *
   * @param plans most plans kept; 1 to 1024
   */
  public EngineOptions withMaxPlans(int plans) {
    return new EngineOptions(workers, threads, maxBatch, maxNativeBytes, plans, kernels, precision);
  }

  /**
   * {@return a copy with other kernels}
   *
   * @param name one of {@link #KERNELS}
   */
  public EngineOptions withKernels(String name) {
    return new EngineOptions(workers, threads, maxBatch, maxNativeBytes, maxPlans, name, precision);
  }

  /**
   * {@return a copy with another number format}
   *
   * @param other of weights and activations
   */
  public EngineOptions withPrecision(Precision other) {
    return new EngineOptions(workers, threads, maxBatch, maxNativeBytes, maxPlans, kernels, other);
  }

  private static void between(String what, int value, int most) {
    if (value < 1 || value > most) {
      throw new IllegalArgumentException(what + " must be 1 to " + most + ", not " + value);
    }
  }
}
