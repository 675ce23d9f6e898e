// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.kernels.cardinal;

import io.cardinal.engine.kernels.Kernel;
import io.cardinal.engine.kernels.NativeArena;
import io.cardinal.engine.kernels.WorkerMemory;
import io.cardinal.engine.platform.MemoryBudget;
import org.bytedeco.javacpp.FloatPointer;

/** One worker's activations and scratch memory. */
final class CardinalMemory implements WorkerMemory {
  private final NativeArena arena;

  CardinalMemory(long arenaBytes, long scratchpadBytes, MemoryBudget budget) {
    this.arena = new NativeArena(arenaBytes, scratchpadBytes, budget);
  }

  @Override
  public void write(long offset, float[] values, int first, int count) {
    arena.write(offset, values, first, count);
  }

  @Override
  public void read(long offset, float[] values, int first, int count) {
    arena.read(offset, values, first, count);
  }

  @Override
  public BoundKernel bind(Kernel kernel, long[] inputs, long output) {
    return bindPart(kernel, inputs, output, 0, 1);
  }

  @Override
  public BoundKernel bindPart(Kernel kernel, long[] inputs, long output, int part, int parts) {
    CardinalKernel cardinal = (CardinalKernel) kernel;
    Step step = cardinal.step();
    long scratchFloats = step.scratchFloats();
    FloatPointer scratch =
        scratchFloats == 0
            ? null
            : arena.scratchpad(part * kernel.scratchpadBytes(), scratchFloats);
    long secondFloats = step.secondFloats();
    return step.bind(
        arena.activations(inputs[0], step.inputFloats()),
        secondFloats == 0 ? null : arena.activations(inputs[1], secondFloats),
        cardinal.packed(),
        arena.activations(output, step.outputFloats()),
        scratch,
        part,
        parts);
  }

  @Override
  public void close() {
    arena.close();
  }
}
