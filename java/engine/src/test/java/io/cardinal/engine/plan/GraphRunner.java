// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.plan;

import io.cardinal.engine.graph.Graph;
import io.cardinal.engine.graph.Shape;
import io.cardinal.engine.kernels.Kernel;
import io.cardinal.engine.kernels.KernelProvider;
import io.cardinal.engine.kernels.Providers;
import io.cardinal.engine.kernels.WorkerMemory;
import io.cardinal.engine.kernels.reference.ReferenceMemory;
import io.cardinal.engine.platform.Caches;
import io.cardinal.engine.platform.MemoryBudget;
import java.util.List;

/** Plans any graph and runs it once, on the calling thread. */
public final class GraphRunner {
  /** Caches that hold everything: no batch is run image by image. */
  static final Caches ALL_AT_ONCE = new Caches(1L << 40, 1L << 40);

  private GraphRunner() {}

  /** The answer in double, without rounding on the reference. */
  public static double[] run(String kernels, Graph graph, Shape input, float[] images) {
    MemoryBudget budget = new MemoryBudget(1L << 32);
    try (KernelProvider provider = Providers.alone(kernels, budget, 1)) {
      return run(provider, graph, input, images, budget);
    }
  }

  /** The same on a provider that the caller made and closes. */
  public static double[] run(
      KernelProvider provider, Graph graph, Shape input, float[] images, MemoryBudget budget) {
    provider.enterWorkerThread();
    Planner.Planned planned = Planner.plan(graph, input, provider, List.of(), 1, ALL_AT_ONCE);
    try {
      return run(planned, provider, budget, images);
    } finally {
      planned.kernels().forEach(Kernel::close);
    }
  }

  private static double[] run(
      Planner.Planned planned, KernelProvider provider, MemoryBudget budget, float[] images) {
    ExecutionPlan plan = planned.plan();
    provider.pack(0);
    try (WorkerMemory memory =
        provider.openMemory(plan.arenaBytes(), plan.scratchpadBytes(), budget)) {
      memory.write(plan.inputOffset(), images, 0, images.length);
      for (int i = 0; i < plan.steps().size(); i++) {
        PlanStep step = plan.steps().get(i);
        long[] inputs = step.inputOffsets().stream().mapToLong(Long::longValue).toArray();
        memory.bind(planned.kernels().get(i), inputs, step.outputOffset()).run();
      }
      return read(memory, plan.outputOffset(), (int) plan.output().elements());
    }
  }

  private static double[] read(WorkerMemory memory, long offset, int count) {
    double[] values = new double[count];
    if (memory instanceof ReferenceMemory reference) {
      System.arraycopy(reference.arena(), (int) (offset / Double.BYTES), values, 0, count);
      return values;
    }
    float[] floats = new float[count];
    memory.read(offset, floats, 0, count);
    for (int i = 0; i < count; i++) {
      values[i] = floats[i];
    }
    return values;
  }
}
