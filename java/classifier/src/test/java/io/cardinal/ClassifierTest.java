// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.cardinal.image.ImageException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One image at a time. */
@Timeout(60)
class ClassifierTest {
  private static Classifier classifier;

  @TempDir private Path folder;

  @BeforeAll
  static void open() {
    classifier = Demo.open(2, 8);
  }

  @AfterAll
  static void close() {
    classifier.close();
  }

  @Test
  void shouldGiveTheStoredAnswers() {
    float[] expected = Demo.logits();
    List<Demo.Answer> answers = Demo.answers();
    assertThat(answers).hasSize(12);
    for (int i = 0; i < answers.size(); i++) {
      Demo.Answer stored = answers.get(i);
      Classification found = classifier.classify(Demo.PHOTOS.resolve(stored.path()));
      assertThat(found.best().index()).as(stored.path()).isEqualTo(stored.index());
      assertThat(found.best().label()).isEqualTo(stored.label());
      assertThat((double) found.best().probability()).isCloseTo(stored.probability(), within(1e-5));
      float[] own = Arrays.copyOfRange(expected, i * Demo.CLASSES, (i + 1) * Demo.CLASSES);
      double largest = 0;
      for (float logit : own) {
        largest = Math.max(largest, Math.abs(logit));
      }
      assertThat(found.logits())
          .as(stored.path())
          .containsExactly(own, within((float) largest * 1e-4f));
    }
  }

  @Test
  void shouldGiveTheSameBitsForAPathAndForItsBytes() {
    for (Path photograph : Demo.photographs()) {
      assertThat(classifier.classify(Demo.bytes(photograph)).logits())
          .isEqualTo(classifier.classify(photograph).logits());
    }
  }

  @Test
  void shouldSayWhatTheModelIs() {
    assertThat(classifier.model().classes()).isEqualTo(Demo.CLASSES);
    assertThat(classifier.model().metadata().labels()).contains("airplane", "truck");
    assertThat(classifier.model().preprocessing().height()).isEqualTo(32);
    assertThat(classifier.model().digest()).hasSize(64);
    assertThat(classifier.nativeBytes()).isPositive();
    assertThat(classifier.plan(3).toString()).contains("layer1.0.conv2");
    classifier.warmUp(8);
  }

  @Test
  void shouldRunTensors() {
    float[] images = new float[2 * 32 * 32 * 3];
    Arrays.fill(images, 32 * 32 * 3, images.length, 0.5f);
    float[] both = classifier.infer(images, 2, 32, 32);
    assertThat(both).hasSize(20);
    assertThat(classifier.infer(Arrays.copyOf(images, 32 * 32 * 3), 1, 32, 32))
        .isEqualTo(Arrays.copyOf(both, 10));
    assertThatThrownBy(() -> classifier.infer(images, 3, 32, 32))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shouldSayThatAFileIsNotThere() {
    Path file = folder.resolve("nothing.jpg");
    assertThatThrownBy(() -> classifier.classify(file))
        .isInstanceOf(UncheckedIOException.class)
        .hasCauseInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("nothing.jpg");
  }

  @Test
  @Timeout(10)
  void shouldRefuseWhatIsNoFileWithoutWaiting() throws Exception {
    Path fifo = folder.resolve("fifo.jpg");
    assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor()).isZero();
    for (Path each : List.of(folder, fifo, Path.of("/dev/zero"))) {
      assertThatThrownBy(() -> classifier.classify(each))
          .isInstanceOf(UncheckedIOException.class)
          .hasCauseInstanceOf(FileSystemException.class)
          .hasMessageContaining(each.toString())
          .hasMessageContaining("not a regular file");
    }
  }

  @Test
  void shouldRefuseAFileThatIsTooLargeWithoutReadingAllOfIt() throws IOException {
    Path file = Files.write(folder.resolve("large.jpg"), new byte[5_000]);
    try (Classifier small =
        Classifier.open(Demo.MODEL, Options.throughput().withMaxFileBytes(4_999))) {
      assertReason(() -> small.classify(file), ImageException.Reason.TOO_MANY_BYTES);
    }
    assertReason(() -> classifier.classify(file), ImageException.Reason.NOT_AN_IMAGE);
  }

  @Test
  void shouldRefuseAnImageWithTooManyPixels() {
    try (Classifier small =
        Classifier.open(Demo.MODEL, Options.throughput().withMaxPixels(1_000))) {
      assertReason(
          () -> small.classify(Demo.photographs().get(0)), ImageException.Reason.TOO_MANY_PIXELS);
    }
  }

  @Test
  void shouldRefuseAnEmptyFile() {
    assertReason(() -> classifier.classify(new byte[0]), ImageException.Reason.EMPTY);
  }

  @Test
  void shouldServe64ThreadsAtOnce() throws Exception {
    List<byte[]> photographs = Demo.photographs().stream().map(Demo::bytes).toList();
    List<float[]> alone =
        photographs.stream().map(bytes -> classifier.classify(bytes).logits()).toList();
    ExecutorService threads = Executors.newFixedThreadPool(64);
    try {
      List<Future<float[]>> answers = new ArrayList<>();
      for (int i = 0; i < 640; i++) {
        byte[] photograph = photographs.get(i % photographs.size());
        answers.add(threads.submit(() -> classifier.classify(photograph).logits()));
      }
      for (int i = 0; i < answers.size(); i++) {
        assertThat(answers.get(i).get()).isEqualTo(alone.get(i % alone.size()));
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void shouldCloseOnceAndRefuseCallsAfterwards() {
    Classifier closed = Demo.open(1, 1);
    closed.close();
    closed.close();
    Path photograph = Demo.photographs().get(0);
    List<Runnable> calls =
        List.of(
            () -> closed.classify(photograph),
            () -> closed.classifyAll(List.of(photograph)),
            () -> closed.warmUp(1),
            closed::nativeBytes);
    for (Runnable call : calls) {
      assertThatThrownBy(call::run).isInstanceOf(IllegalStateException.class);
    }
    assertThat(closed.model().classes()).isEqualTo(Demo.CLASSES);
  }

  @Test
  void shouldWaitForRunningCallsWhenItIsClosed() throws Exception {
    for (int round = 0; round < 5; round++) {
      Classifier raced = Demo.open(2, 4);
      byte[] photograph = Demo.bytes(Demo.photographs().get(round));
      float[] expected = classifier.classify(photograph).logits();
      ExecutorService threads = Executors.newFixedThreadPool(8);
      List<Future<Integer>> answers = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        answers.add(
            threads.submit(
                () -> {
                  int right = 0;
                  try {
                    while (true) {
                      assertThat(raced.classify(photograph).logits()).isEqualTo(expected);
                      right++;
                    }
                  } catch (IllegalStateException e) {
                    return right;
                  }
                }));
      }
      Thread.sleep(50);
      raced.close();
      for (Future<Integer> answer : answers) {
        answer.get(20, TimeUnit.SECONDS);
      }
      threads.shutdownNow();
    }
  }

  @Test
  void shouldHaveOptionsThatDoNotChange() {
    Options options = Options.throughput();
    Options copy = Options.throughput();
    Options changed = options.withWorkers(7).withMaxBatch(3).withMaxFileBytes(9).withMaxPixels(11);
    assertThat(options).isEqualTo(copy).isNotEqualTo(changed);
    assertThat(changed.engine().workers()).isEqualTo(7);
    assertThat(changed.engine().maxBatch()).isEqualTo(3);
    assertThat(changed.maxFileBytes()).isEqualTo(9);
    assertThat(changed.maxPixels()).isEqualTo(11);
    assertThat(classifier.options().engine().workers()).isEqualTo(2);
    List<Runnable> wrong =
        List.of(
            () -> options.withWorkers(0),
            () -> options.withMaxBatch(0),
            () -> options.withMaxFileBytes(0),
            () -> options.withMaxPixels(0));
    for (Runnable each : wrong) {
      assertThatThrownBy(each::run).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void shouldReadAFileWhateverItsLargestSize() {
    try (Classifier any =
        Classifier.open(Demo.MODEL, Options.throughput().withMaxFileBytes(Long.MAX_VALUE))) {
      assertThat(any.classify(Demo.photographs().get(4)).best().label()).isEqualTo("frog");
    }
  }

  private static void assertReason(Runnable call, ImageException.Reason reason) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            ImageException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }
}
