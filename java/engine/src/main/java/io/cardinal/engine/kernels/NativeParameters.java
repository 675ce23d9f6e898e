// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.kernels;

import io.cardinal.engine.graph.Parameter;
import io.cardinal.engine.platform.MemoryBudget;
import io.cardinal.engine.platform.NativeMemory;
import org.bytedeco.javacpp.FloatPointer;

/** Parameters as floats in native memory, in the checkpoint's order, read some rows at a time. */
public final class NativeParameters {
  private static final int CHUNK_ELEMENTS = 1 << 14;

  private NativeParameters() {}

  /** A copy of all values, rounded once from double; the caller closes it. */
  public static NativeMemory copy(Parameter parameter, MemoryBudget budget) {
    return copy(parameter, 0, parameter.rows(), budget);
  }

  /** A copy of some rows. */
  public static NativeMemory copy(
      Parameter parameter, int firstRow, int rowCount, MemoryBudget budget) {
    int length = parameter.rowLength();
    long elements = (long) rowCount * length;
    NativeMemory copy =
        NativeMemory.allocate(budget, elements * Float.BYTES, "packing " + parameter.key());
    try {
      FloatPointer floats = copy.floats(0, elements);
      int chunk = Math.max(1, Math.min(rowCount, CHUNK_ELEMENTS / length));
      double[] rows = new double[chunk * length];
      float[] rounded = new float[chunk * length];
      for (int first = 0; first < rowCount; first += chunk) {
        int count = Math.min(chunk, rowCount - first);
        parameter.readRows(firstRow + first, count, rows);
        for (int i = 0; i < count * length; i++) {
          rounded[i] = (float) rows[i];
        }
        floats.position((long) first * length).put(rounded, 0, count * length);
      }
      return copy;
    } catch (RuntimeException | Error e) {
      copy.close();
      throw e;
    }
  }
}
