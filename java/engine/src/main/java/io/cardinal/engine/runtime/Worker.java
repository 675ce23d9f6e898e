// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.runtime;

import io.cardinal.engine.graph.Shape;
import io.cardinal.engine.kernels.Kernel;
import io.cardinal.engine.kernels.KernelProvider;
import io.cardinal.engine.kernels.WorkerMemory;
import io.cardinal.engine.plan.ExecutionPlan;
import io.cardinal.engine.platform.MemoryBudget;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one thread runs networks with: its memory, large enough for the largest plan that it met,
 * the plans bound to it, and the team that runs them. Only its own thread touches it.
 */
final class Worker {
  private final KernelProvider provider;
  private final PlanCache cache;
  private final MemoryBudget budget;
  private final int capacity;
  private final Team team;
  private final Map<Shape, Executor> executors = new HashMap<>();
  private @Nullable WorkerMemory memory;
  private long arenaBytes;
  private long scratchpadBytes;

  /** Prepares the calling thread, and helpers that it starts, for the provider's kernels. */
  Worker(KernelProvider provider, PlanCache cache, MemoryBudget budget, int capacity, int threads) {
    this.provider = provider;
    this.cache = cache;
    this.budget = budget;
    this.capacity = capacity;
    this.team = new Team(threads, Thread.currentThread().getName());
    try {
      team.run(
          member -> {
            team.attempt(provider::enterWorkerThread);
            team.meet(member);
          });
    } catch (RuntimeException | Error e) {
      team.close();
      throw e;
    }
  }

  /** The plan for a shape, bound to this worker's memory. */
  Executor executor(Shape input) {
    Executor known = executors.get(input);
    return known != null ? known : bind(input);
  }

  private Executor bind(Shape input) {
    SharedPlan plan = cache.acquire(input, this::missingBytes);
    try {
      Executor executor = new Executor(plan, memoryFor(plan.plan()), team, Denormals.in(provider));
      executors.put(input, executor);
      return executor;
    } catch (RuntimeException | Error e) {
      plan.release();
      close(); // what was bound before the failure is only freed with the memory
      throw e;
    }
  }

  /** What binding a plan takes beyond what is there. */
  private long missingBytes(SharedPlan plan) {
    long there = memory == null ? 0 : provider.memoryBytes(arenaBytes, scratchpadBytes);
    long wanted = provider.memoryBytes(arenaFor(plan.plan()), scratchpadFor(plan.plan()));
    return wanted - there + plan.kernels().stream().mapToLong(Kernel::bindingBytes).sum();
  }

  private long arenaFor(ExecutionPlan plan) {
    return Math.max(arenaBytes, plan.arenaBytes());
  }

  private long scratchpadFor(ExecutionPlan plan) {
    return Math.max(scratchpadBytes, Math.multiplyExact(plan.scratchpadBytes(), team.size()));
  }

  private WorkerMemory memoryFor(ExecutionPlan plan) {
    long arena = arenaFor(plan);
    long scratchpad = scratchpadFor(plan);
    boolean isLargeEnough = arena == arenaBytes && scratchpad == scratchpadBytes;
    if (memory == null || !isLargeEnough || executors.size() >= capacity) {
      close();
      memory = provider.openMemory(arena, scratchpad, budget);
      arenaBytes = arena;
      scratchpadBytes = scratchpad;
    }
    return memory;
  }

  /** Frees the memory and everything bound to it; the worker can go on with new memory. */
  void close() {
    if (memory != null) {
      memory.close();
      memory = null;
      arenaBytes = 0;
      scratchpadBytes = 0;
    }
    executors.values().forEach(Executor::release);
    executors.clear();
  }

  /** The worker's end: frees all, and ends its helpers. */
  void end() {
    close();
    team.close();
  }
}
