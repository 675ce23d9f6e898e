// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.kernels.cardinal;

import io.cardinal.engine.kernels.Kernel;
import io.cardinal.engine.platform.NativeMemory;
import java.util.function.Supplier;
import org.bytedeco.javacpp.FloatPointer;
import org.jspecify.annotations.Nullable;

/** A step of libcardinal with its packed weights, which the provider owns. */
final class CardinalKernel implements Kernel {
  private final Step step;
  private final Supplier<@Nullable FloatPointer> packed;

  /**
   * Takes over a step.
   *
   * @param packed gives its weights, once they are packed
   */
  CardinalKernel(Step step, Supplier<@Nullable FloatPointer> packed) {
    this.step = step;
    this.packed = packed;
  }

  Step step() {
    return step;
  }

  @Nullable FloatPointer packed() {
    return packed.get();
  }

  @Override
  public String implementation() {
    return step.kernel();
  }

  @Override
  public long scratchpadBytes() {
    return NativeMemory.align(Float.BYTES * step.scratchFloats());
  }

  @Override
  public long weightBytes() {
    return Float.BYTES * step.packedFloats();
  }

  @Override
  public boolean canRunRows() {
    return step.rows() > 0;
  }

  @Override
  public void close() {
    step.close();
  }
}
