// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.cardinal.engine.NativeException.Reason;
import io.cardinal.engine.kernels.cardinal.CardinalLibrary;
import io.cardinal.engine.platform.NativeMemory;
import io.cardinal.engine.platform.Refusal;
import io.cardinal.testing.LiveThreads;
import io.cardinal.testing.Scale;
import io.cardinal.testing.Tally;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * F1: each of our native allocations through opening, running and closing a model fails in turn,
 * once or from there on for good: a {@link NativeException} of {@link Reason#MEMORY}, nothing
 * leaks, and the same call works when there is memory again. Each of them in a soak, every
 * twentieth or fortieth from a random one on otherwise.
 */
@DisplayName("F1: native allocation N fails, for all N")
class OutOfMemoryTest {
  private static final int SIZE = 32;
  private static final Tally TALLY = new Tally("F1");

  private final Random random = new Random(Scale.seed(OutOfMemoryTest.class));
  private final ModelDefinition network = Networks.formula(Networks.SMALL, SIZE, 3);
  private final float[] one = Networks.images(1, SIZE, SIZE, 8);
  private final float[] three = Networks.images(3, SIZE, SIZE, 8);
  private final float[] large = Networks.images(1, 2 * SIZE, SIZE, 8);

  @AfterAll
  static void print() {
    TALLY.print();
  }

  @ParameterizedTest
  @CsvSource({"onednn, 1", "onednn, 2", "cardinal, 1", "cardinal, 2"})
  void shouldFailTypedLeakNothingAndGoOn(String kernels, int threads) throws Exception {
    assumeTrue(!kernels.equals("cardinal") || CardinalLibrary.isBuiltIn());
    EngineOptions options =
        EngineOptions.defaults()
            .withKernels(kernels)
            .withThreads(threads)
            .withWorkers(1)
            .withMaxPlans(2); // the third one drives the first out
    long blocks = NativeMemory.liveBlocks();
    List<float[]> expected = new ArrayList<>();
    int all;
    try (Refusal none = Refusal.once(0)) {
      assertThat(run(options, none, expected)).isZero();
      all = none.asked();
    }
    assertThat(all).isGreaterThan(30);
    int step = Scale.of(40, 20, 1);
    for (int n = 1 + random.nextInt(Math.min(step, all)); n <= all; n += step) {
      for (boolean isForGood : new boolean[] {false, true}) {
        try (Refusal refusal = isForGood ? Refusal.from(n) : Refusal.once(n)) {
          List<float[]> found = new ArrayList<>();
          int failures = run(options, refusal, found);
          assertThat(failures).as("%s allocation %d of %d", kernels, n, all).isPositive();
          assertThat(found).usingRecursiveComparison().isEqualTo(expected);
        }
        assertThat(NativeMemory.liveBlocks()).as("after allocation %d", n).isEqualTo(blocks);
        TALLY.pass();
      }
    }
    assertThat(LiveThreads.left("cardinal-(worker|packing).*")).isEmpty();
  }

  /** A model's whole life; what fails is tried again with memory. Counts the failures. */
  private int run(EngineOptions options, Refusal refusal, List<float[]> answers) {
    int[] failures = {0};
    try (Model model = persist(() -> Model.open(network, options), refusal, failures)) {
      answers.add(persist(() -> model.infer(one, 1, SIZE, SIZE), refusal, failures));
      answers.add(persist(() -> model.infer(three, 3, SIZE, SIZE), refusal, failures));
      answers.add(persist(() -> model.infer(large, 1, 2 * SIZE, SIZE), refusal, failures));
      answers.add(persist(() -> model.features(one, 1, SIZE, SIZE), refusal, failures));
    }
    return failures[0];
  }

  private static <T> T persist(Supplier<T> call, Refusal refusal, int[] failures) {
    try {
      return call.get();
    } catch (NativeException e) {
      assertThat(e.reason()).isEqualTo(Reason.MEMORY);
      assertThat(e).hasMessageContaining("the system has no");
      failures[0]++;
      if (refusal.isForGood()) {
        assertThatThrownBy(call::get).isInstanceOf(NativeException.class);
      }
      refusal.close(); // memory again
      return call.get();
    }
  }
}
