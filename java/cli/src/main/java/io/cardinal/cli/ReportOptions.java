// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

import io.cardinal.RunOptions;
import io.cardinal.cli.output.OutputFile;
import io.cardinal.engine.safetensors.FileLayer;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that ask for a page about a run. */
final class ReportOptions {
  /** The longer side of a picture on a page, in pixels. */
  private static final int EDGE = 128;

  private static final int MOST_IMAGES = 5000;

  @Option(
      names = "--report",
      paramLabel = "FILE.html",
      description = {
        "write a page about the run there, whole or not at all: counts, failures, charts, pictures;",
        "it needs nothing but itself"
      })
  @Nullable Path file;

  @Option(
      names = "--report-images",
      paramLabel = "N",
      defaultValue = "200",
      description = "how many pictures the page shows (default: ${DEFAULT-VALUE})")
  int images = 200;

  /** What writes a page. */
  interface Page {
    void writeTo(Writer out) throws IOException;
  }

  /** {@link UsageException} for a value out of range, or for a file that has another use. */
  void check(List<Path> otherOutputs) {
    if (images < 0 || images > MOST_IMAGES) {
      throw new UsageException("--report-images takes 0 to " + MOST_IMAGES + ", not " + images);
    }
    if (file != null && otherOutputs.contains(file)) {
      throw new UsageException("--report names the place of another output, " + file);
    }
  }

  boolean isWanted() {
    return file != null;
  }

  /** So many previews as the page has pictures. */
  RunOptions applyTo(RunOptions options) {
    return isWanted() ? options.withPreviews(images, EDGE) : options;
  }

  /**
   * Runs, and writes the page if one is wanted; also where the run is ended in good order before
   * its last image, which is then thrown again. The file is begun before the run, so that one that
   * cannot be written does not come out at the end of a night.
   */
  <T> T around(FileLayer layer, Supplier<T> run, Page page) {
    if (file == null) {
      return run.get();
    }
    Supplier<T> end =
        OutputFile.write(
            layer,
            file,
            channel -> {
              Supplier<T> result = endOf(run);
              Writer out =
                  new BufferedWriter(
                      new OutputStreamWriter(
                          Channels.newOutputStream(channel), StandardCharsets.UTF_8));
              page.writeTo(out);
              out.flush();
              return result;
            });
    return end.get();
  }

  private static <T> Supplier<T> endOf(Supplier<T> run) {
    try {
      T result = run.get();
      return () -> result;
    } catch (InputException | StoppedException e) { // as the user wanted it
      return () -> {
        throw e;
      };
    }
  }
}
