// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.cardinal.engine.Networks;
import io.cardinal.engine.compile.Compiler;
import io.cardinal.engine.graph.Graph;
import io.cardinal.engine.graph.ResNeXt;
import io.cardinal.engine.graph.Shape;
import io.cardinal.engine.kernels.Kernel;
import io.cardinal.engine.kernels.KernelProvider;
import io.cardinal.engine.kernels.Providers;
import io.cardinal.engine.kernels.WorkerMemory;
import io.cardinal.engine.kernels.cardinal.CardinalLibrary;
import io.cardinal.engine.plan.ExecutionPlan;
import io.cardinal.engine.plan.Planner;
import io.cardinal.engine.platform.Caches;
import io.cardinal.engine.platform.MemoryBudget;
import io.cardinal.engine.tensor.FormulaTensors;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExecutorTest {
  private static final Shape INPUT = new Shape(5, 32, 48, 3);

  @ParameterizedTest
  @ValueSource(strings = {"cardinal", "onednn", "reference"})
  void shouldGiveTheSameBitsHoweverFarABatchRunsImageByImage(String kernels) {
    assumeTrue(!kernels.equals("cardinal") || CardinalLibrary.isBuiltIn());
    MemoryBudget budget = new MemoryBudget(1L << 30);
    Providers.Choice choice = choose(kernels, budget, 1);
    Graph graph = choice.graph();
    try (KernelProvider provider = choice.provider()) {
      provider.enterWorkerThread();
      Set<Integer> cuts = new HashSet<>();
      Answers expected = run(graph, provider, new Caches(1L << 40, 1L << 40), budget, cuts);
      for (int second = 1 << 8; second <= 1 << 16; second *= 2) {
        for (int factor : new int[] {4, 16, 64}) {
          Caches caches = new Caches(second, (long) factor * second);
          Answers found = run(graph, provider, caches, budget, cuts);
          assertThat(found.logits).as(caches.toString()).isEqualTo(expected.logits);
          assertThat(found.features).as(caches.toString()).isEqualTo(expected.features);
        }
      }
      assertThat(cuts).hasSizeGreaterThan(2).contains(0);
    }
    assertThat(budget.used()).isZero();
  }

  /** The others go on meeting, the caller gets the failure, and the next run is whole. */
  @ParameterizedTest
  @ValueSource(strings = {"cardinal", "onednn"})
  void shouldThrowWhatOnePartThrewAndGoOn(String kernels) {
    assumeTrue(!kernels.equals("cardinal") || CardinalLibrary.isBuiltIn());
    MemoryBudget budget = new MemoryBudget(1L << 30);
    Providers.Choice choice = choose(kernels, budget, 3);
    Graph graph = choice.graph();
    float[] images = Networks.images(INPUT.batch(), INPUT.height(), INPUT.width(), 3);
    Answers answers = new Answers(new float[INPUT.batch() * Networks.SMALL.classes()], null);
    try (KernelProvider provider = choice.provider();
        Team team = new Team(3, "failing")) {
      provider.enterWorkerThread();
      SharedPlan shared = new SharedPlan(Planner.plan(graph, INPUT, provider, List.of(), 3));
      ExecutionPlan plan = shared.plan();
      provider.pack(0);
      for (int failing = 0; failing < 3; failing++) {
        try (FailingMemory memory =
            new FailingMemory(
                provider.openMemory(plan.arenaBytes(), 3 * plan.scratchpadBytes(), budget),
                failing)) {
          Executor executor = new Executor(shared, memory, team, Denormals.in(provider));
          executor.run(images, 0, answers);
          float[] whole = answers.logits.clone();
          memory.fails = true;
          assertThatThrownBy(() -> executor.run(images, 0, answers)).hasMessage("part " + failing);
          memory.fails = false;
          executor.run(images, 0, answers);
          assertThat(answers.logits).isEqualTo(whole);
        }
      }
      shared.release();
    }
    assertThat(budget.used()).isZero();
  }

  private static Providers.Choice choose(String kernels, MemoryBudget budget, int threads) {
    Graph graph =
        Compiler.compile(ResNeXt.build(Networks.SMALL, FormulaTensors.of(Networks.SMALL, 0)));
    return Providers.choose(kernels, graph, INPUT.withBatch(1), budget, threads);
  }

  /** Memory where a part of each kernel can fail. */
  private static final class FailingMemory implements WorkerMemory {
    private final WorkerMemory real;
    private final int failing;
    private volatile boolean fails;

    FailingMemory(WorkerMemory real, int failing) {
      this.real = real;
      this.failing = failing;
    }

    @Override
    public void write(long offset, float[] values, int first, int count) {
      real.write(offset, values, first, count);
    }

    @Override
    public void read(long offset, float[] values, int first, int count) {
      real.read(offset, values, first, count);
    }

    @Override
    public BoundKernel bindPart(Kernel kernel, long[] inputs, long output, int part, int parts) {
      BoundKernel bound = real.bindPart(kernel, inputs, output, part, parts);
      return new BoundKernel() {
        @Override
        public int pieces() {
          return bound.pieces();
        }

        @Override
        public void run(int piece, int thread) {
          if (fails && part == failing) {
            throw new IllegalStateException("part " + part);
          }
          bound.run(piece, thread);
        }

        @Override
        public void run() {
          throw new UnsupportedOperationException("a team runs pieces");
        }
      };
    }

    @Override
    public void close() {
      real.close();
    }
  }

  private static Answers run(
      Graph graph, KernelProvider provider, Caches caches, MemoryBudget budget, Set<Integer> cuts) {
    SharedPlan shared = new SharedPlan(Planner.plan(graph, INPUT, provider, List.of(), 1, caches));
    ExecutionPlan plan = shared.plan();
    provider.pack(0);
    cuts.add(plan.stepsImageByImage());
    int features = plan.steps().get(plan.steps().size() - 1).inputs().get(0).channels();
    Answers answers =
        new Answers(
            new float[INPUT.batch() * Networks.SMALL.classes()],
            new float[INPUT.batch() * features]);
    try (Team team = new Team(1, "alone");
        WorkerMemory memory =
            provider.openMemory(plan.arenaBytes(), plan.scratchpadBytes(), budget)) {
      float[] images = Networks.images(INPUT.batch(), INPUT.height(), INPUT.width(), 3);
      new Executor(shared, memory, team, Denormals.in(provider)).run(images, 0, answers);
    }
    shared.release();
    return answers;
  }
}
