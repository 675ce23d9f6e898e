// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.kernels.reference;

import io.cardinal.engine.kernels.Kernel;

/** A kernel over arrays of doubles; its result never depends on what stands around its places. */
abstract class ReferenceKernel implements Kernel {
  /**
   * Computes the op.
   *
   * @param arena all activations
   * @param inputs index of the first element of each input
   * @param output index of the first element of the output
   */
  abstract void run(double[] arena, int[] inputs, int output);

  @Override
  public String implementation() {
    return "java:f64";
  }

  @Override
  public long scratchpadBytes() {
    return 0;
  }

  @Override
  public long weightBytes() {
    return 0;
  }

  @Override
  public void close() {
    // the garbage collector has it
  }
}
