// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a network may be. */
class ResNeXtSpecTest {
  @Test
  void shouldDoubleWidthAndOutputFromStageToStage() {
    ResNeXtSpec spec = Architectures.named("resnext50_32x4d").orElseThrow().spec();
    assertThat(spec.stages())
        .containsExactly(
            new Stage(1, 3, 32, 128, 256, 1),
            new Stage(2, 4, 32, 256, 512, 2),
            new Stage(3, 6, 32, 512, 1024, 2),
            new Stage(4, 3, 32, 1024, 2048, 2));
    assertThat(spec.features()).isEqualTo(2048);
    assertThat(spec.depth()).isEqualTo(50);
    assertThat(spec.stages().get(2).key(5)).isEqualTo("layer3.5");
  }

  @Test
  void shouldRefuseWhatIsNoNetwork() {
    refused(List.of(), 1, 1, 1, 1, 1, 1e-5, "stages");
    refused(Collections.nCopies(9, 1), 1, 1, 1, 1, 1, 1e-5, "stages");
    refused(List.of(0), 1, 1, 1, 1, 1, 1e-5, "blocks");
    refused(List.of(1001), 1, 1, 1, 1, 1, 1e-5, "blocks");
    refused(List.of(1), 0, 1, 1, 1, 1, 1e-5, "cardinality");
    refused(List.of(1), 1, 0, 1, 1, 1, 1e-5, "base width");
    refused(List.of(1, 1), 1 << 9, 1 << 8, 1, 1, 1, 1e-5, "width of the last stage");
    refused(List.of(1), 1 << 17, 1 << 17, 1, 1, 1, 1e-5, "width of the last stage");
    refused(List.of(1), 1, 1, 0, 1, 1, 1e-5, "stem channels");
    refused(List.of(1), 1, 1, 1, 0, 1, 1e-5, "first output");
    refused(List.of(1, 1), 1, 1, 1, 1 << 17, 1, 1e-5, "output of the last stage");
    refused(List.of(1), 1, 1, 1, 1, 0, 1e-5, "classes");
    refused(List.of(1), 1, 1, 1, 1, 1, 0, "epsilon");
    refused(List.of(1), 1, 1, 1, 1, 1, 1, "epsilon");
    refused(List.of(1), 1, 1, 1, 1, 1, Double.NaN, "epsilon");
  }

  @Test
  void shouldNotChangeWithTheListItWasMadeOf() {
    List<Integer> blocks = new ArrayList<>(List.of(1, 2));
    ResNeXtSpec spec = new ResNeXtSpec(blocks, 2, 2, Stem.CONV3X3, 4, 8, 3, 1e-5);
    blocks.set(0, -1);
    assertThat(spec.blocks()).containsExactly(1, 2);
  }

  private static void refused(
      List<Integer> blocks,
      int cardinality,
      int width,
      int stem,
      int output,
      int classes,
      double epsilon,
      String what) {
    assertThatThrownBy(
            () ->
                new ResNeXtSpec(
                    blocks, cardinality, width, Stem.CONV3X3, stem, output, classes, epsilon))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(what);
  }
}
