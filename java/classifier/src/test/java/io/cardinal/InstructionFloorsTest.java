// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.cardinal.engine.kernels.cardinal.CardinalLibrary;
import io.cardinal.testing.Golden;
import io.cardinal.testing.Scale;
import io.cardinal.testing.Tally;
import io.cardinal.testing.Tar;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * F10: on less capable CPUs, by the caps that the two libraries read from the environment, each
 * image has the class that PyTorch gives, and logits within 1e-4 of those of oneDNN without a cap,
 * relative to the image's largest. The images are CIFAR-10's where the whole golden data is there,
 * else the photographs.
 */
@DisplayName("F10: instruction-set floors")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class InstructionFloorsTest {
  private static final int IMAGES = 10_000;

  private final Tally tally = new Tally("F10");
  private final List<Path> files = new ArrayList<>();
  private final List<Integer> classes = new ArrayList<>();
  private Path folder;
  private Path list;
  private float[] expected;

  @BeforeAll
  void collect(@TempDir Path temporary) throws Exception {
    folder = temporary;
    if (Golden.isWhole()) {
      collectCifar(IMAGES / Scale.of(100, IMAGES));
    } else {
      files.addAll(Demo.photographs());
      Demo.answers().forEach(answer -> classes.add(answer.index()));
    }
    List<String> names = files.stream().map(Path::toString).toList();
    list = Files.write(folder.resolve("list"), names);
    expected = AllLogits.of("onednn", names);
  }

  /** Every so many of the images. */
  private void collectCifar(int step) {
    Map<String, Integer> answers = new HashMap<>();
    for (Demo.Answer answer : Demo.answers(Demo.folder().resolve("predictions.csv"))) {
      answers.put(answer.path(), answer.index());
    }
    assertThat(answers).hasSize(IMAGES);
    int[] count = {0};
    Tar.forEach(
        Golden.path("../data/cifar10-test.tar"),
        (name, content) -> {
          Integer answer = answers.get(name);
          if (answer != null && count[0]++ % step == 0) {
            files.add(Files.write(folder.resolve(count[0] + ".jpg"), content));
            classes.add(answer);
          }
        });
    assertThat(files).hasSize(IMAGES / step);
  }

  @AfterAll
  void print() {
    tally.print();
  }

  @ParameterizedTest
  @CsvSource({
    "onednn, ONEDNN_MAX_CPU_ISA, SSE41, SSE4.1",
    "onednn, ONEDNN_MAX_CPU_ISA, AVX2, AVX2",
    "onednn, ONEDNN_MAX_CPU_ISA, AVX512_CORE, AVX-512",
    "cardinal, CARDINAL_ISA, scalar, ''",
    "cardinal, CARDINAL_ISA, avx512, ''",
  })
  void shouldGiveTheSameAnswers(String kernels, String variable, String cap, String level)
      throws Exception {
    assumeTrue(kernels.equals("onednn") || CardinalLibrary.isBuiltIn(), "libcardinal is not there");
    float[] found = logits(kernels, variable, cap, level);
    assertThat(found).hasSameSizeAs(expected);
    for (int image = 0; image < files.size(); image++) {
      float[] ours = image(found, image);
      float[] theirs = image(expected, image);
      boolean isSame = top(ours) == classes.get(image) && difference(ours, theirs) <= 1e-4;
      if (!isSame) {
        tally.fail();
      }
      assertThat(isSame)
          .as(
              "%s: class %s, logits %s; expected class %s, logits %s",
              files.get(image),
              top(ours),
              Arrays.toString(ours),
              classes.get(image),
              Arrays.toString(theirs))
          .isTrue();
    }
    tally.pass(files.size());
  }

  /** All images' logits from a process of its own, whose oneDNN must be of that level, if given. */
  private float[] logits(String kernels, String variable, String cap, String level)
      throws IOException, InterruptedException {
    Path written = folder.resolve("logits");
    ProcessBuilder child =
        ChildJava.of(
            List.of(AllLogits.class.getName(), kernels, written.toString(), list.toString()));
    child.environment().put(variable, cap);
    String text = ChildJava.outputOf(child);
    if (!level.isEmpty()) {
      assertThat(text.trim()).isEqualTo(level);
    }
    FloatBuffer buffer = ByteBuffer.wrap(Files.readAllBytes(written)).asFloatBuffer();
    float[] logits = new float[buffer.remaining()];
    buffer.get(logits);
    return logits;
  }

  private static float[] image(float[] logits, int image) {
    return Arrays.copyOfRange(logits, image * Demo.CLASSES, (image + 1) * Demo.CLASSES);
  }

  private static int top(float[] logits) {
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      best = logits[i] > logits[best] ? i : best;
    }
    return best;
  }

  private static double difference(float[] ours, float[] theirs) {
    double largest = 0;
    double difference = 0;
    for (int i = 0; i < ours.length; i++) {
      largest = Math.max(largest, Math.abs(theirs[i]));
      difference = Math.max(difference, Math.abs(ours[i] - theirs[i]));
    }
    return difference / largest;
  }
}
