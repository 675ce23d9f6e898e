// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli.output;

import io.cardinal.engine.safetensors.FileLayer;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Vectors as the rows of a .npy file; NaN where there is none. */
final class NpyVectors implements Vectors {
  /** The format. */
  static final VectorFormat FORMAT =
      new VectorFormat() {
        @Override
        public String name() {
          return "npy";
        }

        @Override
        public Vectors open(FileLayer.NewFile file, int columns) {
          return new NpyVectors(file, columns);
        }
      };

  private final NpyWriter writer;
  private final float[] none;

  private NpyVectors(FileLayer.NewFile file, int columns) {
    this.writer = new NpyWriter(file, columns);
    this.none = new float[columns];
    Arrays.fill(none, Float.NaN);
  }

  @Override
  public void row(float @Nullable [] vector) throws IOException {
    writer.write(vector == null ? none : vector);
  }

  @Override
  public void finish() throws IOException {
    writer.finish();
  }
}
