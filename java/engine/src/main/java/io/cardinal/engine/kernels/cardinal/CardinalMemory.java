// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.kernels.cardinal;

import io.cardinal.engine.kernels.Kernel;
import io.cardinal.engine.kernels.NativeArena;
import io.cardinal.engine.kernels.WorkerMemory;
import io.cardinal.engine.platform.MemoryBudget;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.FloatPointer;

/** One worker's activations and scratch memory. */
final class CardinalMemory implements WorkerMemory {
  /**
   * Of each thread's part of a step, which others help with: enough that nobody waits long, and few
   * enough that a piece of the smallest layers takes some microseconds.
   */
  private static final int PIECES = 8;

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
  public BoundKernel bindPart(Kernel kernel, long[] inputs, long output, int part, int parts) {
    CardinalKernel cardinal = (CardinalKernel) kernel;
    Step step = cardinal.step();
    long scratchFloats = step.scratchFloats();
    List<FloatPointer> scratch = new ArrayList<>();
    for (int thread = 0; thread < parts && scratchFloats > 0; thread++) {
      scratch.add(arena.scratchpad(thread * kernel.scratchpadBytes(), scratchFloats));
    }
    long secondFloats = step.secondFloats();
    return step.bind(
        arena.activations(inputs[0], step.inputFloats()),
        secondFloats == 0 ? null : arena.activations(inputs[1], secondFloats),
        cardinal.packed(),
        arena.activations(output, step.outputFloats()),
        scratch,
        part,
        parts,
        parts == 1 ? 1 : PIECES);
  }

  @Override
  public void close() {
    arena.close();
  }
}
