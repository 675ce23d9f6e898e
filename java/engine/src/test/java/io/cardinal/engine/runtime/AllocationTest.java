// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import io.cardinal.engine.EngineOptions;
import io.cardinal.engine.Model;
import io.cardinal.engine.Networks;
import io.cardinal.engine.compile.Compiler;
import io.cardinal.engine.graph.Graph;
import io.cardinal.engine.graph.ResNeXt;
import io.cardinal.engine.graph.Shape;
import io.cardinal.engine.kernels.KernelProvider;
import io.cardinal.engine.kernels.Providers;
import io.cardinal.engine.kernels.cardinal.CardinalLibrary;
import io.cardinal.engine.platform.MemoryBudget;
import io.cardinal.engine.tensor.FormulaTensors;
import io.cardinal.testing.LiveThreads;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A worker that is warm allocates nothing on the Java heap, not a byte. */
class AllocationTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int CALLS = 1_000;
  private static final int SIZE = 32;
  private static final int CLASSES = Networks.SMALL.classes();

  /** Measured by the worker itself, around the runs of a bound plan. */
  @ParameterizedTest
  @CsvSource({"cardinal, 1", "cardinal, 3", "onednn, 1", "onednn, 2"})
  void shouldAllocateNothingWhenAPlanRuns(String kernels, int threads) {
    assumeTrue(!kernels.equals("cardinal") || CardinalLibrary.isBuiltIn());
    MemoryBudget budget = new MemoryBudget(1L << 30);
    Graph graph =
        Compiler.compile(ResNeXt.build(Networks.SMALL, FormulaTensors.of(Networks.SMALL, 0)));
    Providers.Choice choice =
        Providers.choose(kernels, graph, new Shape(1, SIZE, SIZE, 3), budget, threads);
    KernelProvider provider = choice.provider();
    PlanCache cache = new PlanCache(choice.graph(), provider, List.of(), threads, 4);
    WorkerPool pool =
        new WorkerPool(1, "measured", () -> new Worker(provider, cache, budget, 4, threads));
    MeasuringJob job = new MeasuringJob(CALLS / threads);
    pool.submit(job);
    job.join();
    pool.stop();
    cache.clear();
    provider.close();
    assertThat(job.bytes).isZero();
    assertThat(budget.used()).isZero();
  }

  /** Measured from outside: waiting for a job, taking it, running it, telling its owner. */
  @Test
  void shouldAllocateNothingOnTheWorkersThreadWhenCallsCome() {
    Set<Long> before = Set.copyOf(workers());
    EngineOptions options = EngineOptions.defaults().withKernels("onednn").withWorkers(1);
    float[] image = Networks.images(1, SIZE, SIZE, 3);
    float[] pair = Networks.images(2, SIZE, SIZE, 3);
    try (Model model = Model.open(Networks.formula(Networks.SMALL, SIZE, 0), options)) {
      model.infer(image, 1, SIZE, SIZE);
      List<Long> mine = workers().stream().filter(id -> !before.contains(id)).toList();
      assertThat(mine).hasSize(1);
      long worker = mine.get(0);
      assertThat(WarmCalls.allocated(() -> measure(worker, model, image, pair))).isZero();
    }
  }

  private static long measure(long worker, Model model, float[] image, float[] pair) {
    long before = THREADS.getThreadAllocatedBytes(worker);
    for (int i = 0; i < CALLS; i++) {
      model.infer(image, 1, SIZE, SIZE);
      model.infer(pair, 2, SIZE, SIZE);
    }
    return THREADS.getThreadAllocatedBytes(worker) - before;
  }

  private static List<Long> workers() {
    return LiveThreads.named("cardinal-worker.*").stream().map(Thread::getId).toList();
  }

  private static final class MeasuringJob extends Job {
    private final float[] image = Networks.images(2, SIZE, SIZE, 3);
    private final Answers answers = new Answers(new float[2 * CLASSES], null);
    private final int runs;
    private long bytes = -1;

    MeasuringJob(int runs) {
      this.runs = runs;
    }

    @Override
    void run(Worker worker) {
      Executor executor = worker.executor(new Shape(2, SIZE, SIZE, 3));
      bytes = WarmCalls.allocated(() -> measure(executor, runs));
    }

    private long measure(Executor executor, int count) {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < count; i++) {
        executor.run(image, 0, answers);
      }
      return THREADS.getCurrentThreadAllocatedBytes() - before;
    }
  }
}
