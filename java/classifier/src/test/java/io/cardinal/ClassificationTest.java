// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.cardinal.engine.ModelFile;
import io.cardinal.engine.ModelInfo;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The order and the numbers of an answer. */
class ClassificationTest {
  private static final ModelInfo MODEL = model();

  @Test
  void shouldPutEqualClassesInTheOrderOfTheirIndexes() {
    Classification answer = answer(1, 3, 3, 0, 3, -1, 1, 0, -0f, 3);
    assertThat(indexes(answer.top(10))).containsExactly(1, 2, 4, 9, 0, 6, 3, 7, 8, 5);
    assertThat(answer.best().index()).isEqualTo(1);
  }

  @Test
  void shouldGiveAtMostAllClasses() {
    Classification answer = answer(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    assertThat(indexes(answer.top(3))).containsExactly(9, 8, 7);
    assertThat(answer.top(1_000)).hasSize(10);
    assertThatThrownBy(() -> answer.top(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> answer.top(-1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shouldNeverCallNotANumberTheBest() {
    float nan = Float.NaN;
    assertThat(answer(nan, -5, 2, nan, 1, 0, 0, 0, 0, nan).best().index()).isEqualTo(2);
    assertThat(indexes(answer(nan, -5, 2, nan, 1, 0, 0, 0, 0, nan).top(10))).endsWith(0, 3, 9);
  }

  /** N5: what is not finite makes no class certain. */
  @Test
  void shouldHaveNoProbabilitiesWhereALogitIsNotFinite() {
    float infinite = Float.POSITIVE_INFINITY;
    for (float bad : new float[] {Float.NaN, infinite}) {
      Classification answer = answer(0, 1, bad, 3, 4, 5, 6, 7, 8, 9);
      assertThat(answer.probabilities()).containsOnly(Float.NaN);
      assertThat(answer.best().probability()).isNaN();
    }
    assertThat(answer(-infinite, 0, 0, 0, 0, 0, 0, 0, 0, 0).probabilities()[0]).isZero();
  }

  @Test
  void shouldHaveProbabilitiesThatAddUpWhateverTheLogits() {
    for (float scale : new float[] {0, 1, 100, 1e30f, Float.MAX_VALUE}) {
      float[] probabilities = answer(-scale, scale, 0, scale / 2, 0, 0, 0, 0, 0, 0).probabilities();
      double sum = 0;
      for (float each : probabilities) {
        assertThat(each).isBetween(0f, 1f);
        sum += each;
      }
      assertThat(sum).as("scale %s", scale).isCloseTo(1, within(1e-6));
    }
  }

  @Test
  void shouldHandOutCopies() {
    Classification answer = answer(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    answer.logits()[0] = 100;
    answer.probabilities()[0] = 100;
    assertThat(answer.best().index()).isEqualTo(9);
    assertThat(answer.logits()[0]).isZero();
    assertThat(answer.probabilities()[0]).isLessThan(1);
    assertThat(answer.best().logit()).isEqualTo(9);
    assertThat(answer.best().id()).isEmpty();
    assertThat(answer.toString()).contains("label=" + answer.best().label());
  }

  private static List<Integer> indexes(List<Prediction> predictions) {
    return predictions.stream().map(Prediction::index).toList();
  }

  private static Classification answer(float... logits) {
    return new Classification(logits, MODEL);
  }

  private static ModelInfo model() {
    try (ModelFile file = ModelFile.open(Demo.MODEL)) {
      return new ModelInfo(
          file.definition().name(),
          file.definition().spec(),
          file.definition().preprocessing(),
          file.definition().metadata(),
          file.definition().digest());
    }
  }
}
