// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.kernels;

/** One op at one shape, ready to be bound to a worker's memory. Immutable, shared by workers. */
public interface Kernel extends AutoCloseable {
  /** What runs, as its library names it. */
  String implementation();

  /** Bytes of scratchpad that a run needs. */
  long scratchpadBytes();

  /** Bytes of weights that a run reads. */
  long weightBytes();

  /** Native bytes that binding all its parts takes. */
  default long bindingBytes() {
    return 0;
  }

  /** Whether it can run some rows of its output: {@link WorkerMemory.BoundKernel#rows}. */
  default boolean canRunRows() {
    return false;
  }

  /** Frees what the kernel holds, when no plan and no worker uses it any more. */
  @Override
  void close();
}
