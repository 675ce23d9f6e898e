// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

import io.cardinal.PipelineStatistics;
import io.cardinal.PipelineStatistics.Bound;
import java.util.Locale;

/** One line on a run over many images: how much, how fast, who waited for whom, and why. */
final class RunSummary {
  private RunSummary() {}

  static String of(PipelineStatistics run, long otherFiles) {
    return String.format(
            Locale.ROOT,
            "%d image%s, %d failed, %.1f images/s, %s-bound (%d decoder%s busy %.0f %%, %d worker%s"
                + " %.0f %%); reading %.0f, decoding %.0f, resizing %.0f, inference %.0f, writing %.0f"
                + " %% of the work",
            run.files(),
            run.files() == 1 ? "" : "s",
            run.failures(),
            run.filesPerSecond(),
            run.bound().name().toLowerCase(Locale.ROOT),
            run.decoders(),
            run.decoders() == 1 ? "" : "s",
            100 * run.busy(Bound.DECODE),
            run.workers(),
            run.workers() == 1 ? "" : "s",
            100 * run.busy(Bound.COMPUTE),
            share(run, run.listingNanoseconds() + run.readingNanoseconds()),
            share(run, run.decodingNanoseconds()),
            share(run, run.resizingNanoseconds()),
            share(run, run.inferenceNanoseconds()),
            share(run, run.writingNanoseconds()))
        + otherFiles(otherFiles);
  }

  /** How many files of folders and archives are no inputs: the end of a line. */
  static String otherFiles(long count) {
    return count == 0
        ? ""
        : " (" + count + (count == 1 ? " other file" : " other files") + " passed over)";
  }

  private static double share(PipelineStatistics run, long nanoseconds) {
    return 100.0 * nanoseconds / Math.max(1, run.workNanoseconds());
  }
}
