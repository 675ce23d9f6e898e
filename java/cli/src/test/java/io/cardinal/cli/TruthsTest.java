// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cardinal.engine.ModelMetadata;
import io.cardinal.weights.ImageNetClasses;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A truth is a label, an index or a WordNet id. */
class TruthsTest {
  private final Truths truths =
      new Truths(
          new ModelMetadata(ImageNetClasses.labels(), ImageNetClasses.ids(), "", "", "", Map.of()));

  @Test
  void shouldKnowIdsLabelsAndIndexes() {
    assertThat(truths.classOf("n01440764", "here")).isZero();
    assertThat(truths.classOf("tench", "here")).isZero();
    assertThat(truths.classOf("999", "here")).isEqualTo(999);
  }

  @Test
  void shouldAskForMoreWhereTwoClassesHaveOneName() {
    assertThatThrownBy(() -> truths.classOf("crane", "here"))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("several classes")
        .hasMessageContaining("WordNet id");
  }

  @Test
  void shouldRefuseWhatItDoesNotKnow() {
    for (String unknown : List.of("1000", "-1", "n00000000", "", "Tench")) {
      assertThatThrownBy(() -> truths.classOf(unknown, "line 7"))
          .isInstanceOf(UsageException.class)
          .hasMessageContaining("line 7")
          .hasMessageContaining("n01440764");
    }
  }
}
