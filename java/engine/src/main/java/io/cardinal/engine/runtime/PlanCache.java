// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.runtime;

import io.cardinal.engine.graph.Graph;
import io.cardinal.engine.graph.Shape;
import io.cardinal.engine.kernels.KernelProvider;
import io.cardinal.engine.plan.Planner;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/** One plan for each input shape, made on demand; the one used longest ago goes first. */
final class PlanCache {
  private final Graph graph;
  private final KernelProvider provider;
  private final List<String> notes;
  private final int threads;
  private final int capacity;
  private final Map<Shape, SharedPlan> plans = new LinkedHashMap<>(16, 0.75f, true);

  PlanCache(Graph graph, KernelProvider provider, List<String> notes, int threads, int capacity) {
    this.graph = graph;
    this.provider = provider;
    this.notes = notes;
    this.threads = threads;
    this.capacity = capacity;
  }

  /**
   * The plan for a shape with its weights, retained for the caller. Runs on a worker's thread.
   *
   * @param others the native bytes that the caller is going to take for a plan: what is over the
   *     budget is refused before anything is taken
   */
  synchronized SharedPlan acquire(Shape input, ToLongFunction<SharedPlan> others) {
    SharedPlan known = plans.get(input);
    if (known != null) {
      provider.pack(others.applyAsLong(known));
      return known.retain();
    }
    SharedPlan plan = new SharedPlan(Planner.plan(graph, input, provider, notes, threads));
    try {
      provider.pack(others.applyAsLong(plan));
    } catch (RuntimeException | Error e) {
      plan.release();
      throw e;
    }
    plans.put(input, plan);
    evict();
    return plan.retain();
  }

  synchronized void clear() {
    plans.values().forEach(SharedPlan::release);
    plans.clear();
  }

  private void evict() {
    Iterator<SharedPlan> eldest = plans.values().iterator();
    while (plans.size() > capacity) {
      eldest.next().release();
      eldest.remove();
    }
  }
}
