// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

import io.cardinal.engine.EngineOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say how the network runs. */
final class EngineChoice {
  @Option(
      names = "--precision",
      paramLabel = "P",
      defaultValue = "f32",
      description = "number format; f32 is the one there is (default: ${DEFAULT-VALUE})")
  String precision = "f32";

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "images that a worker runs at once (default: 8)")
  @Nullable Integer batch;

  @Option(
      names = "--workers",
      paramLabel = "N",
      description =
          "images or batches that run at once (default: the physical cores given, over --threads)")
  @Nullable Integer workers;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "threads of a worker that share each image, for a shorter wait; with any kernels but the"
              + " reference (default: ${DEFAULT-VALUE})")
  int threads = 1;

  @Option(
      names = "--kernels",
      paramLabel = "NAME",
      description =
          "force a kernel provider: cardinal, onednn or reference (default: the best there is)")
  @Nullable String kernels;

  @Option(
      names = "--explain",
      description = "say where model, preprocessing, workers, kernels and native cache came from")
  boolean isExplained;

  /** The options; {@link UsageException} for one out of range. */
  EngineOptions toOptions() {
    if (!precision.equals("f32")) {
      throw new UsageException("--precision takes f32, not " + precision);
    }
    try {
      EngineOptions options = EngineOptions.defaults();
      options = batch == null ? options : options.withMaxBatch(batch);
      options = options.withThreads(threads);
      int free = Math.max(1, options.workers() / threads);
      options = options.withWorkers(workers == null ? free : workers);
      return kernels == null ? options : options.withKernels(kernels);
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()), e);
    }
  }
}
