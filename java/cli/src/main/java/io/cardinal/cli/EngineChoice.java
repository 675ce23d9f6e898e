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
          "threads that run the network, one core each (default: the physical cores given)")
  @Nullable Integer workers;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "1",
      description = "threads for one image; only 1 is possible yet (default: ${DEFAULT-VALUE})")
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
    if (threads != 1) {
      throw new UsageException(
          "--threads takes 1: one image runs on one core; use --workers for more images a second");
    }
    try {
      EngineOptions options = EngineOptions.defaults();
      options = batch == null ? options : options.withMaxBatch(batch);
      options = workers == null ? options : options.withWorkers(workers);
      return kernels == null ? options : options.withKernels(kernels);
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()), e);
    }
  }
}
