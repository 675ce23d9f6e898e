// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Images whose values are no ordinary numbers. */
class ModelValuesTest {
  private static final int SIZE = 64;
  private static final int FLOATS = SIZE * SIZE * 3;
  private static final int CLASSES = Networks.SMALL.classes();
  private static Model fast;
  private static Model reference;

  @BeforeAll
  static void open() {
    ModelDefinition network = Networks.formula(Networks.SMALL, SIZE, 0);
    EngineOptions options = EngineOptions.defaults();
    fast = Model.open(network, options.withKernels("onednn"));
    reference = Model.open(network, options.withKernels("reference"));
  }

  @AfterAll
  static void close() {
    fast.close();
    reference.close();
  }

  /** A fused ReLU makes zero of NaN, and a confident class would come of it. */
  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void shouldNeverMakeAClassOfWhatIsNotFinite(float value) {
    for (Model model : new Model[] {fast, reference}) {
      for (int place : new int[] {0, 1, FLOATS / 2, FLOATS - 1}) {
        float[] image = Networks.images(1, SIZE, SIZE, 3);
        image[place] = value;
        assertThat(model.infer(image, 1, SIZE, SIZE)).containsOnly(Float.NaN);
      }
      float[] all = new float[FLOATS];
      Arrays.fill(all, value);
      assertThat(model.infer(all, 1, SIZE, SIZE)).containsOnly(Float.NaN);
    }
  }

  @Test
  void shouldLeaveTheOtherImagesOfTheBatchAlone() {
    float[] images = Networks.images(5, SIZE, SIZE, 3);
    float[] expected = fast.infer(images, 5, SIZE, SIZE);
    images[2 * FLOATS + 77] = Float.NaN;
    float[] found = fast.infer(images, 5, SIZE, SIZE);
    Arrays.fill(expected, 2 * CLASSES, 3 * CLASSES, Float.NaN);
    assertThat(found).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(floats = {1e30f, -1e30f, 1e-30f, 0f, -0f, Float.MIN_NORMAL})
  void shouldComputeWithLargeAndSmallNumbers(float value) {
    float[] image = Networks.images(1, SIZE, SIZE, 3);
    Arrays.fill(image, 1_000, 2_000, value);
    float[] expected = reference.infer(image, 1, SIZE, SIZE);
    assertThat(Errors.relative(fast.infer(image, 1, SIZE, SIZE), expected)).isLessThan(1e-4);
  }

  /** Denormal numbers are slow on most CPUs; they must not be slow without end. */
  @Test
  void shouldNotHangOnDenormals() {
    float[] image = new float[FLOATS];
    for (int i = 0; i < FLOATS; i++) {
      image[i] = Float.intBitsToFloat(1 + i * 500 % 0x7f_ffff);
    }
    float[] expected = reference.infer(image, 1, SIZE, SIZE);
    for (int i = 0; i < 20; i++) {
      float[] found = fast.infer(image, 1, SIZE, SIZE);
      assertThat(Errors.relative(found, expected)).isLessThan(1e-5);
    }
  }
}
