// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.kernels;

/**
 * One worker's activations and scratchpad, and the kernels bound to them. Used on one thread only,
 * but for the parts of a kernel, each of which has a thread. Offsets are bytes in the arena;
 * callers have checked them.
 */
public interface WorkerMemory extends AutoCloseable {
  /** Writes floats into the arena. */
  void write(long offset, float[] values, int first, int count);

  /** Reads floats from the arena. */
  void read(long offset, float[] values, int first, int count);

  /**
   * Binds a part of a kernel to places in the arena. All parts, run by as many threads at once, do
   * what the whole does.
   *
   * @param kernel one of this provider's kernels
   * @param inputs offsets of the inputs
   * @param output offset of the output; that of the second input for a convolution with a residual
   * @param part from 0
   * @param parts how many there are, which a kernel may have been made for; each has its share of
   *     the scratchpad. 1 where the provider {@linkplain KernelProvider#canDivide cannot divide}
   *     steps
   */
  BoundKernel bindPart(Kernel kernel, long[] inputs, long output, int part, int parts);

  /** Binds a whole kernel. */
  default BoundKernel bind(Kernel kernel, long[] inputs, long output) {
    return bindPart(kernel, inputs, output, 0, 1);
  }

  /** Frees the memory and everything bound to it. */
  @Override
  void close();

  /** A kernel, or a part of one, with its places: running it allocates nothing. */
  interface BoundKernel extends Runnable {
    /** How many pieces it has, which several threads may run at once. */
    default int pieces() {
      return 1;
    }

    /**
     * Runs a piece; all of them, once each, do what {@link #run()} does.
     *
     * @param piece from 0
     * @param thread which part's thread runs it, from 0: each has its share of the scratchpad
     */
    default void run(int piece, int thread) {
      run();
    }

    /**
     * A run of some rows of the output, where the kernel {@linkplain Kernel#canRunRows can}: it
     * reads what rows of the input these need, writes these rows alone, and gives the bits of the
     * whole.
     *
     * @param first the first of the rows, of all images behind each other
     * @param count how many, at least one
     */
    default BoundKernel rows(int first, int count) {
      throw new UnsupportedOperationException("this kernel runs the whole output");
    }
  }
}
