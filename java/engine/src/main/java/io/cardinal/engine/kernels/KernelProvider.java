// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.kernels;

import io.cardinal.engine.graph.Node;
import io.cardinal.engine.graph.Shape;
import io.cardinal.engine.platform.MemoryBudget;
import java.util.List;

/**
 * One way to run a network: the kernels of one library for one model, with its packed weights.
 *
 * <p>Kernels are made while planning, on a worker's thread, under the model's planning lock. They
 * are shared by all workers and closed before their provider. Images go in as NHWC; the layout of
 * other values is the provider's own.
 */
public interface KernelProvider extends AutoCloseable {
  /** {@code cardinal}, {@code onednn} or {@code reference}. */
  String name();

  /** Bytes of one element of an activation. */
  int elementBytes();

  /**
   * A kernel for a node whose inputs and output have these shapes. Nothing is taken for its weights
   * yet: it can be bound once {@link #pack} was called.
   */
  Kernel kernel(Node node, List<Shape> inputs, Shape output);

  /**
   * Packs the weights that kernels made before need, once for each node and layout, if the budget
   * has room for all of them and for what the caller is going to take. Throws {@link
   * io.cardinal.engine.NativeException} otherwise, having taken nothing.
   *
   * @param others native bytes that the caller is going to take, such as {@link #memoryBytes}
   */
  default void pack(long others) {}

  /** Bytes of the weights of all kernels. */
  long weightBytes();

  /** Native bytes that {@link #openMemory} takes. */
  default long memoryBytes(long arenaBytes, long scratchpadBytes) {
    return 0;
  }

  /**
   * The memory of one worker and its team, made and closed on the worker's thread.
   *
   * @param arenaBytes bytes of all activations
   * @param scratchpadBytes bytes that kernels may use while they run, of all threads together
   */
  WorkerMemory openMemory(long arenaBytes, long scratchpadBytes, MemoryBudget budget);

  /** Whether several threads may share a step: {@link WorkerMemory#bindPart}. */
  default boolean canDivide() {
    return false;
  }

  /** Prepares the calling thread, which is going to plan and run, or to run parts of steps. */
  void enterWorkerThread();

  @Override
  void close();
}
