// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.kernels;

/**
 * One worker's activations and scratchpad, and the kernels bound to them. Used on one thread only.
 * Offsets are bytes in the arena; callers have checked them.
 */
public interface WorkerMemory extends AutoCloseable {
  /** Writes floats into the arena. */
  void write(long offset, float[] values, int first, int count);

  /** Reads floats from the arena. */
  void read(long offset, float[] values, int first, int count);

  /**
   * Binds a kernel to places in the arena.
   *
   * @param kernel one of this provider's kernels
   * @param inputs offsets of the inputs
   * @param output offset of the output; that of the second input for a convolution with a residual
   */
  BoundKernel bind(Kernel kernel, long[] inputs, long output);

  /** Frees the memory and everything bound to it. */
  @Override
  void close();

  /** A kernel with its places: running it allocates nothing. */
  interface BoundKernel {
    /** Computes the output. */
    void run();
  }
}
