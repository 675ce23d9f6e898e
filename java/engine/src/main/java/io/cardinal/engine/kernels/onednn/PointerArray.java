// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.kernels.onednn;

import io.cardinal.engine.platform.MemoryBudget;
import io.cardinal.engine.platform.NativeMemory;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;

/**
 * An array of native pointers for one call, in memory of ours.
 *
 * @param <P> what they point to
 */
final class PointerArray<P extends Pointer> implements AutoCloseable {
  private final NativeMemory block;
  private final PointerPointer<P> pointers;

  PointerArray(int count) {
    long bytes = (long) Long.BYTES * count;
    this.block = NativeMemory.allocate(new MemoryBudget(bytes + 1024), bytes, "pointers");
    this.pointers = new PointerPointer<>(block.at(0));
  }

  PointerPointer<P> get() {
    return pointers;
  }

  @Override
  public void close() {
    block.close();
  }
}
