// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.cardinal.engine.EngineOptions;
import io.cardinal.engine.Model;
import io.cardinal.engine.Networks;
import io.cardinal.engine.compile.Compiler;
import io.cardinal.engine.graph.Graph;
import io.cardinal.engine.graph.ResNeXt;
import io.cardinal.engine.graph.Shape;
import io.cardinal.engine.kernels.Kernel;
import io.cardinal.engine.kernels.KernelProvider;
import io.cardinal.engine.kernels.Providers;
import io.cardinal.engine.plan.ExecutionPlan;
import io.cardinal.engine.plan.Planner;
import io.cardinal.engine.platform.MemoryBudget;
import io.cardinal.engine.platform.NativeMemory;
import io.cardinal.engine.spec.ResNeXtSpec;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Weights are packed once, whatever is planned with them. */
class WeightPackingTest {
  @ParameterizedTest
  @ValueSource(strings = {"resnext50_32x4d", "cifar_resnext29_8x4d"})
  void shouldPackOnceForAllBatchSizesAndCountTheRest(String name) {
    var definition = Networks.named(name);
    int side = definition.preprocessing().height();
    long blocks = NativeMemory.liveBlocks();
    MemoryBudget budget = new MemoryBudget(1L << 31);
    try (KernelProvider provider = Providers.alone("onednn", budget, 1)) {
      provider.enterWorkerThread();
      Graph graph = Compiler.compile(ResNeXt.build(definition.spec(), definition.tensors()));
      long packed = weightBytes(graph, provider, 1, side, side);
      long taken = budget.used();
      long raw = 4 * ResNeXt.parameterCount(definition.spec());
      assertThat(packed).isBetween(raw * 99 / 100, raw * 105 / 100);
      assertThat(taken).isBetween(packed, packed + 1024L * 150);
      for (int batch = 2; batch <= 9; batch++) {
        assertThat(weightBytes(graph, provider, batch, side, side)).isEqualTo(packed);
        assertThat(budget.used()).isEqualTo(taken);
      }
      for (int other : new int[] {side * 2, side + 24, side / 2}) {
        long now = weightBytes(graph, provider, 1, other, other - 3);
        assertThat(now).isGreaterThanOrEqualTo(packed);
        assertThat(budget.used() - taken).isGreaterThanOrEqualTo(now - packed);
        assertThat(budget.used() == taken).isEqualTo(now == packed);
        packed = now;
        taken = budget.used();
      }
      assertThat(weightBytes(graph, provider, 1, side, side)).isEqualTo(packed); // known already
    }
    assertThat(budget.used()).isZero();
    assertThat(NativeMemory.liveBlocks()).isEqualTo(blocks);
  }

  /**
   * Threads that share a layer read slices of its weights, or all the same ones; only where strips
   * of rows want different layouts, a small layer is packed twice.
   */
  @ParameterizedTest
  @ValueSource(strings = {"resnext50_32x4d", "cifar_resnext29_8x4d"})
  void shouldPackHardlyMoreForThreadsThatShareAnImage(String name) {
    var definition = Networks.named(name);
    int side = definition.preprocessing().height();
    Graph graph = Compiler.compile(ResNeXt.build(definition.spec(), definition.tensors()));
    MemoryBudget budget = new MemoryBudget(1L << 31);
    long raw = 4 * ResNeXt.parameterCount(definition.spec());
    for (int threads : new int[] {2, 3, 8}) {
      try (KernelProvider provider = Providers.alone("onednn", budget, threads)) {
        provider.enterWorkerThread();
        for (int batch : new int[] {1, 2, 3, 8}) {
          assertThat(weightBytes(graph, provider, batch, side, side))
              .as("%d threads, batch of %d", threads, batch)
              .isBetween(raw * 99 / 100, raw * 125 / 100);
          assertThat(budget.used() - provider.weightBytes()).isBetween(0L, 1024L * 1024);
        }
      }
    }
    assertThat(budget.used()).isZero();
  }

  /** Another packing is made of the first one, and gives the same answers. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void shouldGiveTheSameBitsBeforeAndAfterAnotherPacking(int threads) {
    ResNeXtSpec spec = Networks.SMALL;
    var definition = Networks.formula(spec, 64, 1);
    float[] image = Networks.images(1, 64, 64, 5);
    float[] tiny = Networks.images(1, 3, 2, 5);
    var options = EngineOptions.defaults().withKernels("onednn").withThreads(threads);
    float[] tinyAlone;
    try (var model = Model.open(Networks.formula(spec, 3, 1), options)) {
      tinyAlone = model.infer(tiny, 1, 3, 2);
    }
    try (var model = Model.open(definition, options)) {
      float[] first = model.infer(image, 1, 64, 64);
      assertThat(model.infer(tiny, 1, 3, 2)).isEqualTo(tinyAlone);
      assertThat(model.infer(image, 1, 64, 64)).isEqualTo(first);
    }
  }

  private static long weightBytes(
      Graph graph, KernelProvider provider, int batch, int height, int width) {
    Shape input = new Shape(batch, height, width, 3);
    Planner.Planned planned = Planner.plan(graph, input, provider, List.of(), 1);
    provider.pack(0);
    planned.kernels().forEach(Kernel::close);
    ExecutionPlan plan = planned.plan();
    assertThat(plan.weightBytes()).isEqualTo(provider.weightBytes());
    return plan.weightBytes();
  }
}
