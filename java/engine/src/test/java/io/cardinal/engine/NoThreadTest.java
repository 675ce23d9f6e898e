// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.cardinal.engine.kernels.cardinal.CardinalLibrary;
import io.cardinal.engine.platform.NativeMemory;
import io.cardinal.engine.platform.Refusal;
import io.cardinal.testing.LiveThreads;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A system that has no more threads when a model is opened: it is not opened, nothing is left. */
@Timeout(120)
class NoThreadTest {
  private static final int SIZE = 32;

  private final ModelDefinition network = Networks.formula(Networks.SMALL, SIZE, 3);

  @ParameterizedTest
  @ValueSource(strings = {"onednn", "cardinal", "reference"})
  void shouldLeaveNothingWhereAThreadCannotBeStarted(String kernels) throws Exception {
    assumeTrue(!kernels.equals("cardinal") || CardinalLibrary.isBuiltIn());
    int threads = kernels.equals("reference") ? 1 : 3;
    EngineOptions options =
        EngineOptions.defaults().withKernels(kernels).withWorkers(2).withThreads(threads);
    Model.open(network, options).close(); // libraries are loaded on threads, too
    long blocks = NativeMemory.liveBlocks();
    int all;
    try (Refusal none = Refusal.ofThread(0)) {
      Model.open(network, options).close();
      all = none.asked();
    }
    assertThat(all).as("workers and helpers, besides those that pack").isBetween(2 * threads, 10);
    for (int n = 1; n <= all; n++) {
      try (Refusal refusal = Refusal.ofThread(n)) {
        assertThatThrownBy(() -> Model.open(network, options))
            .as("thread %d of %d", n, all)
            .isInstanceOf(OutOfMemoryError.class)
            .hasMessageContaining("native thread");
        assertThat(refusal.asked()).isBetween(n, all);
      }
      assertThat(NativeMemory.liveBlocks()).as("after thread %d of %d", n, all).isEqualTo(blocks);
      assertThat(LiveThreads.left("cardinal-.*")).isEmpty();
    }
    try (Model model = Model.open(network, options)) {
      assertThat(model.infer(Networks.images(1, SIZE, SIZE, 1), 1, SIZE, SIZE)).isNotEmpty();
    }
  }
}
