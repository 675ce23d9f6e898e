// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.kernels;

import io.cardinal.engine.platform.MemoryBudget;
import io.cardinal.engine.platform.NativeMemory;
import java.util.Objects;
import org.bytedeco.javacpp.FloatPointer;

/** Native activations and scratchpad of one worker. Used on one thread only. */
public final class NativeArena implements AutoCloseable {
  private final NativeMemory activations;
  private final NativeMemory scratchpad;
  private final FloatPointer floats;
  private final long floatCount;

  /** Takes the memory; the worker that is going to use it calls this, so that it is near. */
  public NativeArena(long arenaBytes, long scratchpadBytes, MemoryBudget budget) {
    this.activations = NativeMemory.allocate(budget, arenaBytes, "activations");
    try {
      this.scratchpad = NativeMemory.allocate(budget, scratchpadBytes, "a scratchpad");
    } catch (RuntimeException | Error e) {
      activations.close();
      throw e;
    }
    this.floatCount = arenaBytes / Float.BYTES;
    this.floats = activations.floats(0, floatCount);
  }

  /** All activations. */
  public NativeMemory activations() {
    return activations;
  }

  /** What kernels may use while they run. */
  public NativeMemory scratchpad() {
    return scratchpad;
  }

  /** Writes floats at an offset in bytes. */
  public void write(long offset, float[] values, int first, int count) {
    floats.position(index(offset, values, first, count)).put(values, first, count);
  }

  /** Reads floats from an offset in bytes. */
  public void read(long offset, float[] values, int first, int count) {
    floats.position(index(offset, values, first, count)).get(values, first, count);
  }

  @Override
  public void close() {
    scratchpad.close();
    activations.close();
  }

  private long index(long offset, float[] values, int first, int count) {
    Objects.checkFromIndexSize(first, count, values.length);
    long index = offset / Float.BYTES;
    if (index < 0 || index > floatCount - count) {
      throw new IndexOutOfBoundsException(count + " floats at " + offset + " of the arena");
    }
    return index;
  }
}
