// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.kernels.onednn;

import io.cardinal.engine.platform.MemoryBudget;
import io.cardinal.engine.platform.NativeMemory;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Some packed parameters: counted when a kernel asks for them, in memory once they are packed. Used
 * under the model's planning lock, but for {@link #memory}.
 */
final class PackedBlock implements AutoCloseable {
  private final long bytes;
  private final long copyBytes;
  private final String key;
  private final Consumer<NativeMemory> filling;
  private @Nullable NativeMemory memory;

  /**
   * Takes nothing yet.
   *
   * @param bytes how many it has
   * @param copyBytes how many filling it takes meanwhile
   * @param key of the parameter
   * @param filling writes the numbers into fresh memory, which is all zeros
   */
  PackedBlock(long bytes, long copyBytes, String key, Consumer<NativeMemory> filling) {
    this.bytes = bytes;
    this.copyBytes = copyBytes;
    this.key = key;
    this.filling = filling;
  }

  long bytes() {
    return bytes;
  }

  long copyBytes() {
    return copyBytes;
  }

  boolean isPacked() {
    return memory != null;
  }

  /** What holds the numbers. */
  NativeMemory memory() {
    return Objects.requireNonNull(memory, () -> key + " is not packed");
  }

  void pack(MemoryBudget budget) {
    NativeMemory fresh = NativeMemory.allocate(budget, bytes, "weights " + key);
    try {
      filling.accept(fresh);
    } catch (RuntimeException | Error e) {
      fresh.close();
      throw e;
    }
    memory = fresh;
  }

  @Override
  public void close() {
    if (memory != null) {
      memory.close();
    }
  }
}
