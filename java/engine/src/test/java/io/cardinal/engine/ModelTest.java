// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cardinal.engine.plan.ExecutionPlan;
import io.cardinal.engine.plan.Profile;
import io.cardinal.engine.platform.NativeMemory;
import io.cardinal.engine.spec.ResNeXtSpec;
import io.cardinal.engine.spec.Stem;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a model promises besides its numbers. */
class ModelTest {
  private static final EngineOptions OPTIONS = EngineOptions.defaults().withWorkers(2);
  private static final int SIZE = 64;

  /** Room for a copy of the largest layer while it is packed. */
  private static final int PACKING = 300_000;

  private final ModelDefinition network = Networks.formula(Networks.SMALL, SIZE, 3);

  @Test
  void shouldAgreeWithTheReference() {
    float[] images = Networks.images(3, SIZE, SIZE, 1);
    try (Model fast = Model.open(network, OPTIONS.withKernels("onednn"));
        Model reference = Model.open(network, OPTIONS.withKernels("reference"))) {
      float[] expected = reference.infer(images, 3, SIZE, SIZE);
      float[] found = fast.infer(images, 3, SIZE, SIZE);
      assertThat(Errors.relative(found, expected)).isLessThan(1e-5);
    }
  }

  @Test
  void shouldTakeAnyResolutionThatTheNetworkAllows() {
    try (Model fast = Model.open(network, OPTIONS.withKernels("onednn"));
        Model reference = Model.open(network, OPTIONS.withKernels("reference"))) {
      for (int[] size : new int[][] {{1, 1}, {7, 5}, {33, 65}, {96, 31}}) {
        float[] image = Networks.images(1, size[0], size[1], 2);
        float[] expected = reference.infer(image, 1, size[0], size[1]);
        float[] found = fast.infer(image, 1, size[0], size[1]);
        assertThat(Errors.relative(found, expected)).isLessThan(1e-5);
      }
    }
  }

  @Test
  void shouldGiveEachOfTwoInterleavedModelsItsOwnBits() throws Exception {
    ResNeXtSpec other = new ResNeXtSpec(List.of(1, 2), 2, 8, Stem.CONV3X3, 8, 16, 7, 1e-3);
    ModelDefinition second = Networks.formula(other, 32, 9);
    float[] images = Networks.images(4, 32, 32, 5);
    float[] firstAlone;
    float[] secondAlone;
    try (Model model = Model.open(network, OPTIONS.withKernels("onednn"))) {
      firstAlone = model.infer(images, 4, 32, 32);
    }
    try (Model model = Model.open(second, OPTIONS.withKernels("reference"))) {
      secondAlone = model.infer(images, 4, 32, 32);
    }
    try (Model first = Model.open(network, OPTIONS.withKernels("onednn").withWorkers(1));
        Model reference = Model.open(second, OPTIONS.withKernels("reference"))) {
      inParallel(
          8,
          () -> {
            for (int i = 0; i < 6; i++) {
              assertThat(first.infer(images, 4, 32, 32)).isEqualTo(firstAlone);
              assertThat(reference.infer(images, 4, 32, 32)).isEqualTo(secondAlone);
            }
          });
    }
  }

  @Test
  void shouldReturnAllNativeMemory() {
    long blocks = NativeMemory.liveBlocks();
    for (int i = 0; i < 20; i++) {
      Model model = Model.open(network, OPTIONS);
      model.infer(Networks.images(2, SIZE, SIZE, i), 2, SIZE, SIZE);
      assertThat(model.nativeBytes()).isPositive();
      model.close();
      model.close();
      assertThat(NativeMemory.liveBlocks()).isEqualTo(blocks);
    }
  }

  @Test
  void shouldRefuseCallsAfterClose() {
    Model model = Model.open(network, OPTIONS);
    model.close();
    assertThatThrownBy(() -> model.infer(new float[3], 1, 1, 1))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(model::nativeBytes).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> model.plan(1)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> model.warmUp(1)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void shouldSurviveCloseWhileCallsRun() throws Exception {
    float[] image = Networks.images(1, SIZE, SIZE, 4);
    for (int round = 0; round < 20; round++) {
      Model model = Model.open(network, OPTIONS);
      float[] expected = model.infer(image, 1, SIZE, SIZE);
      ExecutorService threads = Executors.newFixedThreadPool(4);
      List<Future<?>> calls = new ArrayList<>();
      for (int t = 0; t < 4; t++) {
        calls.add(threads.submit(() -> callUntilClosed(model, image, expected)));
      }
      Thread.sleep(5);
      model.close();
      threads.shutdown();
      for (Future<?> call : calls) {
        call.get();
      }
    }
  }

  @Test
  void shouldRefuseToGoOverItsBudgetAndGoOn() {
    float[] image = Networks.images(1, SIZE, SIZE, 4);
    long needed;
    try (Model model = Model.open(network, OPTIONS.withWorkers(1))) {
      model.infer(image, 1, SIZE, SIZE);
      needed = model.nativeBytes();
    }
    assertThatThrownBy(() -> Model.open(network, OPTIONS.withMaxNativeBytes(1000)))
        .isInstanceOf(NativeException.class)
        .hasMessageContaining("budget")
        .extracting(e -> ((NativeException) e).reason())
        .isEqualTo(NativeException.Reason.MEMORY);
    EngineOptions tight = OPTIONS.withWorkers(1).withMaxNativeBytes(needed + PACKING);
    try (Model model = Model.open(network, tight.withMaxBatch(64))) {
      float[] expected = model.infer(image, 1, SIZE, SIZE);
      float[] many = Networks.images(64, SIZE, SIZE, 4);
      assertThatThrownBy(() -> model.infer(many, 64, SIZE, SIZE))
          .isInstanceOf(NativeException.class);
      assertThat(model.infer(image, 1, SIZE, SIZE)).isEqualTo(expected);
      assertThat(model.nativeBytes()).isLessThanOrEqualTo(needed + PACKING);
    }
  }

  /** Packing takes copies meanwhile: how many at once is not to decide about the budget. */
  @Test
  void shouldOpenInATightBudgetEachTime() {
    long needed;
    try (Model model = Model.open(network, OPTIONS.withWorkers(1))) {
      needed = model.nativeBytes();
    }
    EngineOptions tight = OPTIONS.withWorkers(1).withMaxNativeBytes(needed + PACKING);
    for (int i = 0; i < 40; i++) {
      try (Model model = Model.open(network, tight)) {
        assertThat(model.nativeBytes()).isLessThanOrEqualTo(needed + PACKING);
      }
    }
  }

  @Test
  void shouldKeepAtMostTheGivenNumberOfPlans() {
    try (Model model = Model.open(network, OPTIONS.withMaxPlans(2).withWorkers(1))) {
      float[] first = model.infer(Networks.images(1, 40, 40, 0), 1, 40, 40);
      for (int side = 41; side < 60; side++) {
        model.infer(Networks.images(1, side, side, side), 1, side, side);
      }
      assertThat(model.infer(Networks.images(1, 40, 40, 0), 1, 40, 40)).isEqualTo(first);
    }
  }

  /** On oneDNN each plan that a worker has takes bytes of its own, so they tell which it has. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3, 8, 20, 32})
  void shouldWarmUpWhatACallOfThatManyImagesRuns(int batch) {
    EngineOptions options = OPTIONS.withKernels("onednn").withWorkers(1).withMaxBatch(8);
    float[] images = Networks.images(batch, SIZE, SIZE, 4);
    try (Model warm = Model.open(network, options);
        Model cold = Model.open(network, options)) {
      warm.warmUp(batch);
      long bytes = warm.nativeBytes();
      float[] expected = cold.infer(images, batch, SIZE, SIZE);
      assertThat(bytes).isEqualTo(cold.nativeBytes());
      assertThat(warm.infer(images, batch, SIZE, SIZE)).isEqualTo(expected);
      assertThat(warm.nativeBytes()).isEqualTo(bytes);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {(1 << 29) + 1, (1 << 30) + 1, Integer.MAX_VALUE})
  void shouldWarmUpTheLargestBatchForAnyLargerCall(int batch) {
    int workers = 4;
    try (Model model = Model.open(network, OPTIONS.withWorkers(workers).withMaxBatch(8))) {
      model.warmUp(batch);
      long bytes = model.nativeBytes();
      ExecutionPlan plan = model.plan(8);
      long oneWorker = plan.weightBytes() + plan.arenaBytes();
      assertThat(bytes).isBetween(oneWorker, workers * 2 * oneWorker);
    }
  }

  @Test
  void shouldRefuseWrongArguments() {
    try (Model model = Model.open(network, OPTIONS)) {
      for (int[] wrong :
          new int[][] {{0, 4, 4}, {1, -1, 4}, {2, 4, 4}, {Integer.MAX_VALUE, 9, 9}}) {
        assertThatThrownBy(() -> model.infer(new float[48], wrong[0], wrong[1], wrong[2]))
            .isInstanceOfAny(IllegalArgumentException.class, ArithmeticException.class);
      }
    }
    assertThatThrownBy(() -> OPTIONS.withWorkers(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> OPTIONS.withKernels("cuda"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("auto, cardinal, onednn, reference");
  }

  @Test
  void shouldPrintThePlanAsTable() {
    try (Model model = Model.open(network, OPTIONS.withKernels("onednn"))) {
      String table = model.plan(2).toString();
      assertThat(table)
          .contains("layer1.0.conv2", "conv 3x3 g4 +relu", "+residual +relu", "onednn", "2x64x64x3")
          .contains("multiply-adds", "packed weights");
      assertThat(model.plan(2).multiplyAdds()).isEqualTo(2 * model.plan(1).multiplyAdds());
    }
  }

  @Test
  void shouldTimeRunsAndTheirSteps() {
    try (Model model = Model.open(network, OPTIONS)) {
      Profile profile = model.profile(2, 3);
      assertThat(profile.plan()).isEqualTo(model.plan(2));
      assertThat(profile.runs()).hasSize(3);
      for (Profile.Run run : profile.runs()) {
        assertThat(run.worker()).startsWith("cardinal-worker");
        assertThat(run.stepNanoseconds()).hasSize(profile.plan().steps().size());
        assertThat(run.stepNanoseconds().stream().mapToLong(Long::longValue).sum())
            .isBetween(1L, run.nanoseconds());
        assertThat(run.peakGflops() > 0).isEqualTo(profile.noPeak().isEmpty());
      }
      assertThatThrownBy(() -> model.profile(1, 0)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  private static void callUntilClosed(Model model, float[] image, float[] expected) {
    try {
      while (true) {
        assertThat(model.infer(image, 1, SIZE, SIZE)).isEqualTo(expected);
      }
    } catch (IllegalStateException e) {
      assertThat(e).hasMessageContaining("closed");
    }
  }

  private static void inParallel(int threads, Runnable work)
      throws InterruptedException, ExecutionException {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    List<Future<?>> all = new ArrayList<>();
    for (int t = 0; t < threads; t++) {
      all.add(pool.submit(work));
    }
    pool.shutdown();
    for (Future<?> each : all) {
      each.get();
    }
  }
}
