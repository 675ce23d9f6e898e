// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.plan;

import io.cardinal.engine.graph.Node;
import io.cardinal.engine.graph.Op;
import io.cardinal.engine.graph.Shape;
import io.cardinal.engine.kernels.Kernel;
import io.cardinal.engine.kernels.KernelProvider;
import io.cardinal.engine.kernels.WorkerMemory;
import io.cardinal.engine.platform.MemoryBudget;
import java.util.List;

/** Kernels that compute nothing; those of maps as wide as libcardinal wants run rows. */
final class IdleProvider implements KernelProvider {
  static final int SCRATCHPAD = 4096;

  String refused = "";
  int made;
  int closed;

  @Override
  public String name() {
    return "idle";
  }

  @Override
  public int elementBytes() {
    return Float.BYTES;
  }

  @Override
  public Kernel kernel(Node node, List<Shape> inputs, Shape output) {
    if (node.name().equals(refused)) {
      throw new IllegalStateException("no kernel for " + refused);
    }
    made++;
    boolean isMap =
        node.op() instanceof Op.Convolution
            || node.op() instanceof Op.PointwiseSum
            || node.op() instanceof Op.MaxPool;
    return new IdleKernel(this, isMap && output.width() >= 14);
  }

  @Override
  public long weightBytes() {
    return 0;
  }

  @Override
  public WorkerMemory openMemory(long arena, long scratchpad, MemoryBudget budget) {
    throw new AssertionError("nothing runs here");
  }

  @Override
  public void enterWorkerThread() {
    // nothing to prepare
  }

  @Override
  public void close() {
    // nothing to free
  }

  private record IdleKernel(IdleProvider provider, boolean canRunRows) implements Kernel {
    @Override
    public String implementation() {
      return "none";
    }

    @Override
    public long scratchpadBytes() {
      return SCRATCHPAD;
    }

    @Override
    public long weightBytes() {
      return 0;
    }

    @Override
    public void close() {
      provider.closed++;
    }
  }
}
