// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.kernels.reference;

import io.cardinal.engine.kernels.Kernel;
import io.cardinal.engine.kernels.WorkerMemory;

/** An arena of doubles on the Java heap. */
public final class ReferenceMemory implements WorkerMemory {
  private final double[] arena;

  ReferenceMemory(long arenaBytes) {
    arena = new double[Math.toIntExact(arenaBytes / Double.BYTES)];
  }

  /** The activations themselves, which tests read without rounding. */
  public double[] arena() {
    return arena;
  }

  @Override
  public void write(long offset, float[] values, int first, int count) {
    int start = index(offset);
    for (int i = 0; i < count; i++) {
      arena[start + i] = values[first + i];
    }
  }

  @Override
  public void read(long offset, float[] values, int first, int count) {
    int start = index(offset);
    for (int i = 0; i < count; i++) {
      values[first + i] = (float) arena[start + i];
    }
  }

  @Override
  public BoundKernel bindPart(Kernel kernel, long[] inputs, long output, int part, int parts) {
    if (parts != 1) {
      throw new UnsupportedOperationException("these kernels run on one thread");
    }
    ReferenceKernel reference = (ReferenceKernel) kernel;
    int[] indexes = new int[inputs.length];
    for (int i = 0; i < inputs.length; i++) {
      indexes[i] = index(inputs[i]);
    }
    int outputIndex = index(output);
    return () -> reference.run(arena, indexes, outputIndex);
  }

  @Override
  public void close() {
    // the garbage collector has it
  }

  private static int index(long offset) {
    return Math.toIntExact(offset / Double.BYTES);
  }
}
