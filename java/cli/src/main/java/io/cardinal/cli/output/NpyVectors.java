// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli.output;

import io.cardinal.engine.safetensors.FileLayer;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Vectors as the rows of a .npy file; NaN where there is none. */
final class NpyVectors {
  private final NpyWriter writer;
  private final float[] none;

  /** Begins vectors of so many numbers; the file is the caller's to close. */
  NpyVectors(FileLayer.NewFile file, int columns) {
    this.writer = new NpyWriter(file, columns);
    this.none = new float[columns];
    Arrays.fill(none, Float.NaN);
  }

  /** The vector of one image, or null where it has none. */
  void row(float @Nullable [] vector) throws IOException {
    writer.write(vector == null ? none : vector);
  }

  /** What stands after the last one; all is handed on. */
  void finish() throws IOException {
    writer.finish();
  }
}
