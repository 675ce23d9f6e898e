// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli.output;

import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Vectors as the rows of a .npy file; NaN where there is none. */
final class NpyVectors implements Vectors {
  private final NpyWriter writer;
  private final float[] none;

  /** Begins vectors of so many numbers; the file is the caller's to close. */
  NpyVectors(OutputFile file, int columns) {
    this.writer = new NpyWriter(file.channel(), columns);
    this.none = new float[columns];
    Arrays.fill(none, Float.NaN);
  }

  @Override
  public void row(String name, float @Nullable [] vector) throws IOException {
    writer.write(vector == null ? none : vector);
  }

  @Override
  public void finish() throws IOException {
    writer.finish();
  }
}
