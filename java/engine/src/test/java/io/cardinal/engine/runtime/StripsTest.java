// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import io.cardinal.engine.Networks;
import io.cardinal.engine.compile.Compiler;
import io.cardinal.engine.graph.Graph;
import io.cardinal.engine.graph.ResNeXt;
import io.cardinal.engine.graph.Shape;
import io.cardinal.engine.kernels.KernelProvider;
import io.cardinal.engine.kernels.Providers;
import io.cardinal.engine.kernels.WorkerMemory;
import io.cardinal.engine.kernels.cardinal.CardinalLibrary;
import io.cardinal.engine.plan.ExecutionPlan;
import io.cardinal.engine.plan.Planner;
import io.cardinal.engine.plan.Profile;
import io.cardinal.engine.platform.Caches;
import io.cardinal.engine.platform.MemoryBudget;
import io.cardinal.engine.spec.Architectures;
import io.cardinal.engine.spec.ResNeXtSpec;
import io.cardinal.engine.tensor.FormulaTensors;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Networks whose early blocks run in strips of rows, on libcardinal. */
class StripsTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final Caches WHOLE = new Caches(1L << 40, 1L << 40);

  @BeforeEach
  void needLibcardinal() {
    assumeTrue(CardinalLibrary.isBuiltIn(), "this build has no libcardinal");
  }

  @ParameterizedTest
  @CsvSource({
    "small,                  1,  67, 131, true",
    "small,                  1, 128,  60, true",
    "small,                  1,   5,   9, false", // narrow maps
    "small,                  1, 128,  24, false",
    "small,                  2,  96,  96, true",
    "small,                  9,  64, 100, true",
    "cifar_resnext29_8x4d,   1,  32,  32, true",
    "cifar_resnext29_8x4d,   7,  33,  47, true",
    "resnext50_32x4d,        1, 224, 224, true",
    "resnext50_32x4d,        3, 150,  97, true",
  })
  void shouldGiveTheBitsOfWholeLayers(
      String name, int batch, int height, int width, boolean hasStrips) {
    Shape input = new Shape(batch, height, width, 3);
    float[] images = Networks.images(batch, height, width, 5);
    assumeTrue(
        !name.equals("resnext50_32x4d") || CardinalLibrary.refusal().isEmpty(),
        "the scalar kernels take too long for it");
    boolean[] hadStrips = new boolean[1];
    withProvider(
        name,
        input,
        (graph, provider) -> {
          float[][] expected = new float[2][];
          run(
              graph,
              provider,
              input,
              WHOLE,
              executor -> {
                assertThat(executor.plan().strips()).isEmpty();
                Answers answers = answers(executor.plan());
                executor.run(images, 0, answers);
                expected[0] = answers.logits;
                expected[1] = answers.features;
              });
          for (int second = 1 << 13; second <= 1 << 21; second *= 4) {
            Caches caches = new Caches(second, 4L * second);
            run(
                graph,
                provider,
                input,
                caches,
                executor -> {
                  hadStrips[0] |= !executor.plan().strips().isEmpty();
                  Answers answers = answers(executor.plan());
                  executor.run(images, 0, answers);
                  assertThat(answers.logits).as(caches.toString()).isEqualTo(expected[0]);
                  executor.run(images, 0, new Answers(null, answers.features));
                  assertThat(answers.features).as(caches.toString()).isEqualTo(expected[1]);
                });
          }
        });
    assertThat(hadStrips[0]).isEqualTo(hasStrips);
  }

  @Test
  void shouldAddUpTheTimesOfAStepAndAllocateNothing() {
    Shape input = new Shape(2, 96, 96, 3);
    float[] images = Networks.images(2, 96, 96, 5);
    withProvider(
        "small",
        input,
        (graph, provider) ->
            run(
                graph,
                provider,
                input,
                new Caches(1 << 16, 1 << 17),
                executor -> {
                  assertThat(executor.plan().strips()).isNotEmpty();
                  Answers answers = answers(executor.plan());
                  Profile.Run timed = executor.time(images, answers, PeakProbe.find());
                  assertThat(timed.stepNanoseconds())
                      .hasSameSizeAs(executor.plan().steps())
                      .allMatch(time -> time > 0);
                  assertThat(timed.stepNanoseconds().stream().mapToLong(Long::longValue).sum())
                      .isLessThanOrEqualTo(timed.nanoseconds());
                  assertThat(WarmCalls.allocated(() -> allocated(executor, images, answers, 500)))
                      .isZero();
                }));
  }

  private static long allocated(Executor executor, float[] images, Answers answers, int runs) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < runs; i++) {
      executor.run(images, 0, answers);
    }
    return THREADS.getCurrentThreadAllocatedBytes() - before;
  }

  private static Answers answers(ExecutionPlan plan) {
    int batch = plan.input().batch();
    int features = plan.steps().get(plan.steps().size() - 1).inputs().get(0).channels();
    return new Answers(new float[batch * plan.output().channels()], new float[batch * features]);
  }

  private static void withProvider(
      String name, Shape input, BiConsumer<Graph, KernelProvider> task) {
    ResNeXtSpec spec =
        name.equals("small") ? Networks.SMALL : Architectures.named(name).orElseThrow().spec();
    MemoryBudget budget = new MemoryBudget(1L << 31);
    Graph graph = Compiler.compile(ResNeXt.build(spec, FormulaTensors.of(spec, 0)));
    Providers.Choice choice = Providers.choose("cardinal", graph, input.withBatch(1), budget, 1);
    try (KernelProvider provider = choice.provider()) {
      provider.enterWorkerThread();
      task.accept(choice.graph(), provider);
    }
    assertThat(budget.used()).isZero();
  }

  private interface Task {
    void run(Executor executor);
  }

  private static void run(
      Graph graph, KernelProvider provider, Shape input, Caches caches, Task task) {
    SharedPlan shared = new SharedPlan(Planner.plan(graph, input, provider, List.of(), 1, caches));
    ExecutionPlan plan = shared.plan();
    provider.pack(0);
    try (Team team = new Team(1, "alone");
        WorkerMemory memory =
            provider.openMemory(
                plan.arenaBytes(), plan.scratchpadBytes(), new MemoryBudget(1L << 31))) {
      task.run(new Executor(shared, memory, team, Denormals.in(provider)));
    }
    shared.release();
  }
}
