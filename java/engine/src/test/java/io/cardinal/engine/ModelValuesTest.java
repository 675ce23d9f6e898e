// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.cardinal.engine.kernels.cardinal.CardinalLibrary;
import io.cardinal.engine.tensor.DataType;
import io.cardinal.engine.tensor.Tensor;
import io.cardinal.testing.Row;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** N5: images and weights whose values are no ordinary numbers. */
@Row("N5")
@DisplayName("N5: NaN, Inf, denormal, zero-variance batch norm")
class ModelValuesTest {
  private static final int SIZE = 64;
  private static final int FLOATS = SIZE * SIZE * 3;
  private static final int CLASSES = Networks.SMALL.classes();
  private static Model fast;
  private static Model reference;

  /** Its threads look at a part of an image each. */
  private static Model team;

  @BeforeAll
  static void open() {
    ModelDefinition network = Networks.formula(Networks.SMALL, SIZE, 0);
    EngineOptions options = EngineOptions.defaults();
    fast = Model.open(network, options.withKernels("onednn"));
    reference = Model.open(network, options.withKernels("reference"));
    team = Model.open(network, options.withWorkers(1).withThreads(3));
  }

  @AfterAll
  static void close() {
    fast.close();
    reference.close();
    team.close();
  }

  /** A fused ReLU makes zero of NaN, and a confident class would come of it. */
  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void shouldNeverMakeAClassOfWhatIsNotFinite(float value) {
    for (Model model : new Model[] {fast, reference, team}) {
      for (int place : new int[] {0, 1, FLOATS / 3 - 1, FLOATS / 3, FLOATS / 2, FLOATS - 1}) {
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
    for (Model model : new Model[] {fast, reference, team}) {
      float[] expected = model.infer(images, 5, SIZE, SIZE);
      float[] broken = images.clone();
      broken[2 * FLOATS + 77] = Float.NaN;
      broken[5 * FLOATS - 1] = Float.NaN;
      Arrays.fill(expected, 2 * CLASSES, 3 * CLASSES, Float.NaN);
      Arrays.fill(expected, 4 * CLASSES, 5 * CLASSES, Float.NaN);
      assertThat(model.infer(broken, 5, SIZE, SIZE)).isEqualTo(expected);
    }
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

  /**
   * Where libcardinal is there, denormal numbers count as zero on all threads of a run, with either
   * library's kernels: the first layer's weights would make large numbers of them.
   */
  @ParameterizedTest
  @CsvSource({"onednn, 1", "onednn, 3", "cardinal, 1", "cardinal, 3"})
  void shouldCountDenormalsAsZero(String kernels, int threads) {
    assumeTrue(CardinalLibrary.isBuiltIn());
    ModelDefinition network = changed("conv1.weight"::equals, value -> value * 1e37);
    EngineOptions options = EngineOptions.defaults().withKernels(kernels).withThreads(threads);
    float[] denormals = new float[FLOATS];
    Arrays.fill(denormals, Float.MIN_NORMAL / 2);
    float[] zeros = new float[FLOATS];
    try (Model model = Model.open(network, options.withWorkers(1));
        Model exact = Model.open(network, options.withKernels("reference").withThreads(1))) {
      float[] expected = model.infer(zeros, 1, SIZE, SIZE);
      assertThat(model.infer(denormals, 1, SIZE, SIZE)).isEqualTo(expected);
      float[] otherwise = exact.infer(denormals, 1, SIZE, SIZE);
      assertThat(Errors.relative(otherwise, expected)).isGreaterThan(1e-3);
    }
  }

  /** The scale is gamma over the root of epsilon then, a large number and no infinite one. */
  @ParameterizedTest
  @ValueSource(strings = {"onednn", "cardinal"})
  void shouldFoldABatchNormOfNoVariance(String kernels) {
    compareWithTheReference(kernels, "layer2.0.bn2.running_var"::equals, value -> 0, 1e-3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"onednn", "cardinal"})
  void shouldComputeWithDenormalWeights(String kernels) {
    compareWithTheReference(
        kernels, key -> key.endsWith("conv2.weight"), value -> value * 1e-39, 1e-4);
  }

  /** The last layer's sums, or all sums after so many batch norms of no variance. */
  @ParameterizedTest
  @CsvSource({
    "onednn, fc.weight, 3e38",
    "cardinal, fc.weight, 3e38",
    "onednn, running_var, 0",
    "cardinal, running_var, 0"
  })
  void shouldMakeNoClassOfWhatOverflows(String kernels, String key, double all) {
    assumeTrue(!kernels.equals("cardinal") || CardinalLibrary.isBuiltIn());
    ModelDefinition network = changed(each -> each.endsWith(key), value -> all);
    try (Model model = Model.open(network, EngineOptions.defaults().withKernels(kernels))) {
      float[] logits = model.infer(Networks.images(1, SIZE, SIZE, 3), 1, SIZE, SIZE);
      int finite = 0;
      for (float logit : logits) {
        finite += Float.isFinite(logit) ? 1 : 0;
      }
      assertThat(finite).isZero();
    }
  }

  private static void compareWithTheReference(
      String kernels, Predicate<String> keys, DoubleUnaryOperator change, double tolerance) {
    assumeTrue(!kernels.equals("cardinal") || CardinalLibrary.isBuiltIn());
    ModelDefinition network = changed(keys, change);
    float[] image = Networks.images(1, SIZE, SIZE, 3);
    EngineOptions options = EngineOptions.defaults().withWorkers(1);
    try (Model model = Model.open(network, options.withKernels(kernels));
        Model exact = Model.open(network, options.withKernels("reference"))) {
      float[] expected = exact.infer(image, 1, SIZE, SIZE);
      float[] found = model.infer(image, 1, SIZE, SIZE);
      for (float logit : found) {
        assertThat(logit).isFinite();
      }
      assertThat(Errors.relative(found, expected)).isLessThan(tolerance);
    }
  }

  /** The small network with some of its parameters changed. */
  private static ModelDefinition changed(Predicate<String> keys, DoubleUnaryOperator change) {
    ModelDefinition usual = Networks.formula(Networks.SMALL, SIZE, 0);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    usual.tensors().forEach((key, tensor) -> tensors.put(key, tensor));
    assertThat(tensors.keySet()).anyMatch(keys);
    tensors.replaceAll((key, tensor) -> keys.test(key) ? new Changed(tensor, change) : tensor);
    return new ModelDefinition(
        usual.name(),
        usual.spec(),
        usual.preprocessing(),
        usual.metadata(),
        usual.digest(),
        tensors);
  }

  /** A tensor with each element changed. */
  private record Changed(Tensor of, DoubleUnaryOperator change) implements Tensor {
    @Override
    public DataType type() {
      return of.type();
    }

    @Override
    public List<Integer> shape() {
      return of.shape();
    }

    @Override
    public void read(long first, double[] into, int count) {
      of.read(first, into, count);
      for (int i = 0; i < count; i++) {
        into[i] = change.applyAsDouble(into[i]);
      }
    }
  }
}
