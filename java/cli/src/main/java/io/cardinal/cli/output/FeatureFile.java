// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli.output;

import io.cardinal.Outcome;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Function;

/** The pooled vectors of a run as a .npy file: a row an input, in order; NaN where one failed. */
public final class FeatureFile {
  private final Path file;
  private final NpyWriter writer;
  private final float[] none;

  private FeatureFile(Path file, FileChannel channel, int rows, int columns) {
    this.file = file;
    this.writer = new NpyWriter(channel, rows, columns);
    this.none = new float[columns];
    Arrays.fill(none, Float.NaN);
  }

  /** Writes a file, whole or not at all; what the run gives is given back. */
  public static <T> T write(Path file, int rows, int columns, Function<FeatureFile, T> run) {
    return OutputFile.write(
        file,
        channel -> {
          FeatureFile features = new FeatureFile(file, channel, rows, columns);
          T result = run.apply(features);
          features.writer.flush();
          return result;
        });
  }

  /** The vector of one image. */
  public void row(Outcome<?> outcome) {
    try {
      writer.write(outcome.features().orElse(none));
    } catch (IOException e) {
      throw new OutputException(file.toString(), e);
    }
  }
}
