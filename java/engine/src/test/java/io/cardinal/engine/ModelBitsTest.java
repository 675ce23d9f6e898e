// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.cardinal.engine.kernels.cardinal.CardinalLibrary;
import io.cardinal.testing.Scale;
import io.cardinal.testing.Tally;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** N3: the same bits whatever the batch, the position in it, the workers, or the time. */
@DisplayName("N3: same input, same bits")
class ModelBitsTest {
  private static final int LARGEST_BATCH = 9;
  private static final Tally TALLY = new Tally("N3");

  @AfterAll
  static void print() {
    TALLY.print();
  }

  @ParameterizedTest
  @CsvSource({
    "onednn,   resnext50_32x4d, 64x96 160x160 224x224",
    "onednn,   cifar_resnext29_8x4d, 32x32 40x24 64x64",
    "cardinal, resnext50_32x4d, 64x96 160x160 224x224",
    "cardinal, cifar_resnext29_8x4d, 32x32 40x24 64x64",
  })
  void shouldNotDependOnBatchPositionOrWorkers(String kernels, String name, String resolutions) {
    assumeTrue(!kernels.equals("cardinal") || CardinalLibrary.refusal().isEmpty());
    ModelDefinition network = Networks.named(name);
    EngineOptions options = EngineOptions.defaults().withKernels(kernels);
    try (Model one = Model.open(network, options.withWorkers(1).withMaxBatch(LARGEST_BATCH));
        Model two = Model.open(network, options.withWorkers(2).withMaxBatch(3))) {
      for (String resolution : resolutions.split(" ")) {
        String[] sides = resolution.split("x");
        compare(one, two, Integer.parseInt(sides[0]), Integer.parseInt(sides[1]));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "onednn,   resnext50_32x4d, 224 97",
    "onednn,   cifar_resnext29_8x4d, 32",
    "cardinal, resnext50_32x4d, 224 97",
    "cardinal, cifar_resnext29_8x4d, 32",
  })
  void shouldNotDependOnTheThreadsThatShareAnImage(String kernels, String name, String sizes) {
    assumeTrue(!kernels.equals("cardinal") || CardinalLibrary.isBuiltIn());
    ModelDefinition network = Networks.named(name);
    EngineOptions options = EngineOptions.defaults().withKernels(kernels).withWorkers(1);
    List<float[]> expected = answers(network, options, sizes);
    for (int threads : new int[] {2, 5}) {
      assertThat(answers(network, options.withThreads(threads), sizes))
          .as("%d threads", threads)
          .usingRecursiveComparison()
          .isEqualTo(expected);
    }
  }

  /** For one image and for three of each size. */
  private static List<float[]> answers(
      ModelDefinition network, EngineOptions options, String sizes) {
    List<float[]> answers = new ArrayList<>();
    try (Model model = Model.open(network, options)) {
      for (String each : sizes.split(" ")) {
        int size = Integer.parseInt(each);
        float[] images = Networks.images(3, size, size, 5);
        float[] image = Arrays.copyOf(images, size * size * 3);
        answers.add(model.infer(image, 1, size, size));
        answers.add(model.infer(images, 3, size, size));
      }
    }
    return answers;
  }

  @ParameterizedTest
  @ValueSource(strings = {"cardinal", "onednn", "reference"})
  void shouldGiveTheSameAnswersInOneRunAsInTwo(String kernels) {
    assumeTrue(!kernels.equals("cardinal") || CardinalLibrary.isBuiltIn());
    EngineOptions options = EngineOptions.defaults().withKernels(kernels).withWorkers(2);
    ModelDefinition network = Networks.formula(Networks.SMALL, 32, 0);
    try (Model model = Model.open(network, options.withMaxBatch(2))) {
      float[] images = Networks.images(5, 32, 32, 3); // 2 + 2 + 1
      images[3 * 32 * 32 * 3] = Float.NaN;
      Outputs outputs = model.outputs(images, 5, 32, 32);
      assertThat(outputs.logits()).isEqualTo(model.infer(images, 5, 32, 32));
      assertThat(outputs.features()).isEqualTo(model.features(images, 5, 32, 32));
      int length = outputs.features().length / 5;
      for (int n = 0; n < 5; n++) {
        assertThat(Float.isNaN(outputs.features()[n * length])).isEqualTo(n == 3);
      }
    }
  }

  /** Random batches at random places of a row of images, again and again. */
  @ParameterizedTest
  @ValueSource(strings = {"cardinal", "onednn", "reference"})
  void shouldRepeatItselfOnAnyNumberOfWorkers(String kernels) {
    assumeTrue(!kernels.equals("cardinal") || CardinalLibrary.isBuiltIn());
    Random random = new Random(Scale.seed(ModelBitsTest.class));
    ModelDefinition network = Networks.formula(Networks.SMALL, 32, 0);
    int floats = 32 * 32 * 3;
    int count = 16;
    float[] images = Networks.images(count, 32, 32, 1);
    float[] expected = new float[0];
    for (int workers : new int[] {1, 2, 4}) {
      EngineOptions options = EngineOptions.defaults().withKernels(kernels).withWorkers(workers);
      try (Model model = Model.open(network, options.withMaxBatch(1 + random.nextInt(8)))) {
        float[] all = model.infer(images, count, 32, 32);
        expected = expected.length == 0 ? all : expected;
        assertThat(all).isEqualTo(expected);
        int classes = all.length / count;
        int repeats = Scale.of(kernels.equals("reference") ? 3 : 100, 2_000);
        for (int i = 0; i < repeats; i++) {
          int first = random.nextInt(count);
          int batch = 1 + random.nextInt(count - first);
          float[] part = Arrays.copyOfRange(images, first * floats, (first + batch) * floats);
          assertThat(model.infer(part, batch, 32, 32))
              .isEqualTo(Arrays.copyOfRange(expected, first * classes, (first + batch) * classes));
          TALLY.pass();
        }
      }
    }
  }

  /**
   * Every number of small images; of large ones, which take their time, a few at the quick scale.
   */
  private static int[] batches(int height) {
    if (height < 100 || !Scale.isQuick()) {
      return IntStream.rangeClosed(1, LARGEST_BATCH).toArray();
    }
    return height < 200 ? new int[] {1, 5} : new int[] {LARGEST_BATCH};
  }

  private static void compare(Model one, Model two, int height, int width) {
    float[] images = Networks.images(LARGEST_BATCH, height, width, 7);
    int floats = height * width * 3;
    int classes = one.model().classes();
    float[] alone = new float[LARGEST_BATCH * classes];
    int[] batches = batches(height);
    for (int n = LARGEST_BATCH - batches[batches.length - 1]; n < LARGEST_BATCH; n++) {
      float[] image = Arrays.copyOfRange(images, n * floats, (n + 1) * floats);
      float[] logits = one.infer(image, 1, height, width);
      System.arraycopy(logits, 0, alone, n * classes, classes);
    }
    for (int batch : batches) {
      int first = LARGEST_BATCH - batch; // an image meets as many positions as there are batches
      float[] part = Arrays.copyOfRange(images, first * floats, LARGEST_BATCH * floats);
      float[] expected = Arrays.copyOfRange(alone, first * classes, alone.length);
      assertThat(one.infer(part, batch, height, width))
          .as("%d images of %dx%d at once", batch, height, width)
          .isEqualTo(expected);
      TALLY.pass();
      if (batch % 4 == 1) { // 1; 3 + 2; 3 + 3 + 3
        assertThat(two.infer(part, batch, height, width))
            .as("%d images of %dx%d over two workers", batch, height, width)
            .isEqualTo(expected);
      }
    }
  }
}
