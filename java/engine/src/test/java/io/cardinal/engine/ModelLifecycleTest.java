// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cardinal.engine.NativeException.Reason;
import io.cardinal.engine.plan.ExecutionPlan;
import io.cardinal.engine.platform.NativeMemory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Opening, closing, interrupting, and what remains of native memory. */
class ModelLifecycleTest {
  private static final int SIZE = 32;
  private static final EngineOptions OPTIONS =
      EngineOptions.defaults().withKernels("onednn").withWorkers(1);

  private final ModelDefinition network = Networks.formula(Networks.SMALL, SIZE, 3);
  private final float[] image = Networks.images(1, SIZE, SIZE, 8);

  @Test
  void shouldReturnEveryByteOf200Cycles() {
    long blocks = NativeMemory.liveBlocks();
    float[] expected = null;
    long bytes = 0;
    for (int i = 0; i < 200; i++) {
      try (Model model = Model.open(network, OPTIONS)) {
        float[] logits = model.infer(image, 1, SIZE, SIZE);
        expected = expected == null ? logits : expected;
        bytes = bytes == 0 ? model.nativeBytes() : bytes;
        assertThat(logits).isEqualTo(expected);
        assertThat(model.nativeBytes()).isEqualTo(bytes);
      }
      assertThat(NativeMemory.liveBlocks()).isEqualTo(blocks);
    }
  }

  @Test
  void shouldTakeNoMoreThanItsPlansState() {
    try (Model model = Model.open(Networks.named("resnext50_32x4d"), OPTIONS)) {
      ExecutionPlan plan = model.plan(1);
      long stated = plan.weightBytes() + plan.arenaBytes() + plan.scratchpadBytes();
      assertThat(model.nativeBytes()).isBetween(stated, stated / 100 * 101);
    }
  }

  @Test
  void shouldGiveAllBackWhereverTheBudgetEnds() {
    long blocks = NativeMemory.liveBlocks();
    long needed;
    float[] expected;
    try (Model model = Model.open(network, OPTIONS)) {
      expected = model.infer(image, 1, SIZE, SIZE);
      needed = model.nativeBytes();
    }
    int refused = 0;
    for (long limit = 1; limit < needed; limit += needed / 40) {
      EngineOptions tight = OPTIONS.withMaxNativeBytes(limit);
      assertThatThrownBy(() -> Model.open(network, tight))
          .isInstanceOf(NativeException.class)
          .hasMessageContaining("budget")
          .extracting(e -> ((NativeException) e).reason())
          .isEqualTo(Reason.MEMORY);
      assertThat(NativeMemory.liveBlocks()).as("limit %d", limit).isEqualTo(blocks);
      refused++;
    }
    assertThat(refused).isGreaterThan(30);
    try (Model model = Model.open(network, OPTIONS.withMaxNativeBytes(2 * needed))) {
      assertThat(model.infer(image, 1, SIZE, SIZE)).isEqualTo(expected);
    }
  }

  @Test
  void shouldCloseOnceForManyThreads() throws InterruptedException {
    long blocks = NativeMemory.liveBlocks();
    for (int round = 0; round < 10; round++) {
      Model model = Model.open(network, OPTIONS.withWorkers(2));
      CountDownLatch start = new CountDownLatch(1);
      AtomicBoolean hasFailed = new AtomicBoolean();
      List<Thread> threads = new ArrayList<>();
      for (int t = 0; t < 8; t++) {
        Thread thread = new Thread(() -> closeAndCheck(model, start, blocks, hasFailed));
        thread.start();
        threads.add(thread);
      }
      start.countDown();
      for (Thread thread : threads) {
        thread.join();
      }
      assertThat(hasFailed).isFalse();
      model.close();
    }
  }

  /** Whoever returns from close finds the memory freed, even if another thread freed it. */
  private static void closeAndCheck(
      Model model, CountDownLatch start, long blocks, AtomicBoolean hasFailed) {
    try {
      start.await();
      model.close();
      if (NativeMemory.liveBlocks() != blocks) {
        hasFailed.set(true);
      }
    } catch (InterruptedException | RuntimeException e) {
      hasFailed.set(true);
    }
  }

  @Test
  void shouldKeepAnInterruptAndAnswerAllTheSame() throws InterruptedException {
    try (Model model = Model.open(network, OPTIONS)) {
      float[] expected = model.infer(image, 1, SIZE, SIZE);
      Thread.currentThread().interrupt();
      assertThat(model.infer(image, 1, SIZE, SIZE)).isEqualTo(expected);
      assertThat(Thread.interrupted()).isTrue();
      AtomicBoolean isWrong = new AtomicBoolean();
      Thread caller =
          new Thread(
              () -> {
                for (int i = 0; i < 2_000; i++) {
                  float[] found = model.infer(image, 1, SIZE, SIZE);
                  if (!Arrays.equals(found, expected)) {
                    isWrong.set(true);
                  }
                }
              });
      caller.start();
      long interrupts = 0;
      while (caller.isAlive()) {
        caller.interrupt();
        interrupts++;
        Thread.sleep(0, 100_000);
      }
      assertThat(interrupts).isGreaterThan(10);
      assertThat(isWrong).isFalse();
    }
  }

  @Test
  void shouldCloseAllTheSameWhenInterrupted() {
    long blocks = NativeMemory.liveBlocks();
    Model model = Model.open(network, OPTIONS);
    Thread.currentThread().interrupt();
    model.close();
    assertThat(Thread.interrupted()).isTrue();
    assertThat(NativeMemory.liveBlocks()).isEqualTo(blocks);
  }
}
