// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.cardinal.engine.EngineOptions;
import io.cardinal.engine.Errors;
import io.cardinal.engine.Model;
import io.cardinal.engine.ModelDefinition;
import io.cardinal.engine.NativeException;
import io.cardinal.engine.Networks;
import io.cardinal.engine.kernels.cardinal.CardinalLibrary;
import io.cardinal.engine.spec.ResNeXtSpec;
import io.cardinal.engine.spec.Stem;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whole networks on libcardinal against the reference; its own tests take each kernel alone. */
class CardinalNetworksTest {
  private static final EngineOptions OPTIONS =
      EngineOptions.defaults().withWorkers(2).withMaxBatch(3);

  @BeforeEach
  void needLibcardinal() {
    assumeTrue(CardinalLibrary.isBuiltIn(), "this build has no libcardinal");
  }

  @ParameterizedTest
  @CsvSource({
    "4,   4, CONV7X7_POOL, 16,  32, 10", // 4 channels a group, then 8, 16, 32
    "2,   8, CONV3X3,      32,  64,  7",
    "1,  16, CONV7X7_POOL, 64,  64, 33", // dense
    "1,  64, CONV3X3,      16,  96,  1",
    "3,  16, CONV3X3,      48,  80, 17", // odd multiples of 16
  })
  void shouldAgreeWithTheReference(
      int cardinality, int width, Stem stem, int stemChannels, int firstOutput, int classes) {
    ResNeXtSpec spec =
        new ResNeXtSpec(
            List.of(2, 1, 2, 1),
            cardinality,
            width,
            stem,
            stemChannels,
            firstOutput,
            classes,
            1e-5);
    ModelDefinition network = Networks.formula(spec, 32, 3);
    try (Model fast = Model.open(network, OPTIONS.withKernels("cardinal"));
        Model reference = Model.open(network, OPTIONS.withKernels("reference"))) {
      // Large images come alone, since the reference takes its time: no bit depends on the batch.
      for (int[] each : new int[][] {{4, 1, 1}, {4, 7, 5}, {4, 32, 32}, {1, 33, 65}, {1, 96, 31}}) {
        float[] images = Networks.images(each[0], each[1], each[2], 2);
        float[] expected = reference.infer(images, each[0], each[1], each[2]);
        float[] found = fast.infer(images, each[0], each[1], each[2]);
        assertThat(Errors.relative(found, expected))
            .as("%d of %d x %d", each[0], each[1], each[2])
            .isLessThan(1e-5);
      }
      assertThat(fast.plan(1).toString()).contains("cardinal", "convolution1x1", "grouped3x3");
    }
  }

  /** The measured margin is wide, so that a table of any CPU with AVX-512 will say the same. */
  @Test
  void shouldBeChosenWhereTheTableSaysThatItIsFaster() {
    assumeTrue(CardinalLibrary.refusal().isEmpty(), "no AVX-512 here");
    ModelDefinition network = Networks.named("resnext50_32x4d");
    try (Model model = Model.open(network, OPTIONS.withKernels("auto"))) {
      assertThat(model.plan(1).steps()).allMatch(step -> step.provider().equals("cardinal"));
      assertThat(model.plan(1).toString())
          .containsPattern(
              "by the table of [^ ]+ .*an image takes .* ms on cardinal, .* ms on onednn");
    }
  }

  @Test
  void shouldLeaveNetworksToOneDnnThatItHasNoLayerFor() {
    assumeTrue(CardinalLibrary.refusal().isEmpty(), "no AVX-512 here");
    ResNeXtSpec narrow = new ResNeXtSpec(List.of(1, 2), 2, 8, Stem.CONV3X3, 8, 16, 7, 1e-3);
    ModelDefinition network = Networks.formula(narrow, 32, 9);
    try (Model model = Model.open(network, OPTIONS.withKernels("auto"))) {
      assertThat(model.plan(1).steps()).allMatch(step -> step.provider().equals("onednn"));
      assertThat(model.plan(1).toString())
          .contains("cardinal: conv1: outputs: expected a multiple of 16", "outputs 8");
    }
    assertThatThrownBy(() -> Model.open(network, OPTIONS.withKernels("cardinal")))
        .isInstanceOf(NativeException.class)
        .hasMessageContaining("outputs: expected a multiple of 16")
        .hasMessageContaining("take kernels onednn");
  }
}
