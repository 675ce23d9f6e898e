// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.kernels;

import io.cardinal.engine.platform.MemoryBudget;
import io.cardinal.engine.platform.NativeMemory;
import java.util.Objects;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;

/**
 * Native activations and scratchpad of one worker, taken at once. Used on one thread only.
 *
 * <p>Places are bytes from the beginning of the activations, or of the scratchpad.
 */
public final class NativeArena implements AutoCloseable {
  private final NativeMemory memory;
  private final FloatPointer floats;
  private final long arenaBytes;
  private final long scratchpadStart;
  private final long scratchpadBytes;

  /** Takes the memory; the worker that is going to use it calls this, so that it is near. */
  public NativeArena(long arenaBytes, long scratchpadBytes, MemoryBudget budget) {
    this.arenaBytes = arenaBytes;
    this.scratchpadStart = NativeMemory.align(arenaBytes);
    this.scratchpadBytes = scratchpadBytes;
    this.memory =
        NativeMemory.allocate(
            budget, scratchpadStart + scratchpadBytes, "activations and a scratchpad");
    this.floats = memory.floats(0, arenaBytes / Float.BYTES);
  }

  /** Native bytes that an arena takes. */
  public static long bytes(long arenaBytes, long scratchpadBytes) {
    return NativeMemory.taken(NativeMemory.align(arenaBytes) + scratchpadBytes);
  }

  /** The activations from a place on. */
  public Pointer activations(long offset) {
    Objects.checkIndex(offset, arenaBytes + 1);
    return memory.at(offset);
  }

  /** Some floats of the activations. */
  public FloatPointer activations(long offset, long count) {
    Objects.checkFromIndexSize(offset, Float.BYTES * count, arenaBytes);
    return memory.floats(offset, count);
  }

  /** What kernels may use while they run, from a place on. */
  public Pointer scratchpad(long offset) {
    Objects.checkIndex(offset, scratchpadBytes + 1);
    return memory.at(scratchpadStart + offset);
  }

  /** Some floats of the scratchpad. */
  public FloatPointer scratchpad(long offset, long count) {
    Objects.checkFromIndexSize(offset, Float.BYTES * count, scratchpadBytes);
    return memory.floats(scratchpadStart + offset, count);
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
    memory.close();
  }

  private long index(long offset, float[] values, int first, int count) {
    Objects.checkFromIndexSize(first, count, values.length);
    long index = offset / Float.BYTES;
    if (index < 0 || index > arenaBytes / Float.BYTES - count) {
      throw new IndexOutOfBoundsException(count + " floats at " + offset + " of the arena");
    }
    return index;
  }
}
