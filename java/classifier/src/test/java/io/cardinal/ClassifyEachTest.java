// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cardinal.image.ImageException;
import io.cardinal.testing.LiveThreads;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many images at a time. */
@Timeout(60)
class ClassifyEachTest {
  @TempDir private Path folder;
  private Path empty;
  private Path text;
  private Path absent;

  @BeforeEach
  void prepare() throws IOException {
    empty = Files.write(folder.resolve("empty.jpg"), new byte[0]);
    text = Files.writeString(folder.resolve("text.jpg"), "hello");
    absent = folder.resolve("absent.jpg");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void shouldGiveTheBitsOfOneByOneForEveryBatchSize(int workers) {
    List<Path> files = Demo.photographs();
    List<float[]> alone = new ArrayList<>();
    try (Classifier classifier = Demo.open(1, 1)) {
      files.forEach(file -> alone.add(classifier.classify(file).logits()));
    }
    for (int batch = 1; batch <= 9; batch++) {
      try (Classifier classifier = Demo.open(workers, batch)) {
        List<Classification> answers = classifier.classifyAll(files);
        assertThat(answers).hasSize(files.size());
        for (int i = 0; i < files.size(); i++) {
          assertThat(answers.get(i).logits()).as("batch %d", batch).isEqualTo(alone.get(i));
        }
      }
    }
  }

  @Test
  void shouldTakeAnyNumberOfFiles() {
    List<Path> photographs = Demo.photographs();
    try (Classifier classifier = Demo.open(2, 4)) {
      List<Classification> first = classifier.classifyAll(photographs);
      for (int count : new int[] {0, 1, 2, 3, 4, 5, 15, 16, 17, 31, 32, 33, 64, 101}) {
        List<Path> files = new ArrayList<>();
        for (int i = 0; i < count; i++) {
          files.add(photographs.get(i % photographs.size()));
        }
        List<Classification> answers = classifier.classifyAll(files);
        assertThat(answers).hasSize(count);
        for (int i = 0; i < count; i++) {
          assertThat(answers.get(i).logits()).isEqualTo(first.get(i % first.size()).logits());
        }
      }
    }
  }

  @Test
  void shouldKeepTheOrderAndPutFailuresInTheirPlaces() {
    List<Path> files = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      files.addAll(List.of(absent, Demo.photographs().get(i % 12), empty, folder, text));
    }
    List<Outcome<Path>> outcomes = new ArrayList<>();
    PipelineStatistics statistics;
    try (Classifier classifier = Demo.open(2, 3)) {
      statistics = classifier.classifyEach(files.iterator(), file -> file, outcomes::add);
    }
    assertThat(outcomes).hasSize(200);
    for (int i = 0; i < 200; i++) {
      Outcome<Path> outcome = outcomes.get(i);
      assertThat(outcome.item()).isEqualTo(files.get(i));
      assertThat(outcome.classification().isPresent()).isEqualTo(i % 5 == 1);
      assertThat(outcome.failure().isPresent()).isEqualTo(i % 5 != 1);
      switch (i % 5) {
        case 0, 3 -> assertThat(outcome.failure()).containsInstanceOf(UncheckedIOException.class);
        case 1 -> assertThat(outcome.orThrow().top(1)).hasSize(1);
        case 2 -> assertThat(reason(outcome)).isEqualTo(ImageException.Reason.EMPTY);
        default -> assertThat(reason(outcome)).isEqualTo(ImageException.Reason.NOT_AN_IMAGE);
      }
    }
    assertThat(statistics.files()).isEqualTo(200);
    assertThat(statistics.failures()).isEqualTo(160);
    assertThat(statistics.filesPerSecond()).isPositive();
    for (PipelineStatistics.Bound side : PipelineStatistics.Bound.values()) {
      assertThat(statistics.busy(side)).isBetween(0.0, statistics.busy(statistics.bound()));
    }
  }

  @Test
  void shouldThrowTheFirstFailureByIndexFromClassifyAll() {
    Path photograph = Demo.photographs().get(0);
    try (Classifier classifier = Demo.open(2, 2)) {
      List<Path> files = new ArrayList<>(Collections.nCopies(20, photograph));
      files.set(13, text);
      files.set(7, empty);
      files.set(19, absent);
      assertThatThrownBy(() -> classifier.classifyAll(files))
          .isInstanceOfSatisfying(
              ImageException.class,
              e -> assertThat(e.reason()).isEqualTo(ImageException.Reason.EMPTY));
      assertThatThrownBy(() -> classifier.classifyAll(List.of(photograph, absent, empty)))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining("absent.jpg");
    }
  }

  @Test
  void shouldEndCleanlyWhenTheConsumerThrows() throws Exception {
    List<Path> files = Collections.nCopies(500, Demo.photographs().get(1));
    AtomicInteger started = new AtomicInteger();
    Function<Path, Path> counted =
        file -> {
          started.incrementAndGet();
          return file;
        };
    try (Classifier classifier = Demo.open(2, 4)) {
      for (int last : new int[] {1, 5, 30}) {
        AtomicInteger seen = new AtomicInteger();
        assertThatThrownBy(
                () ->
                    classifier.classifyEach(
                        files.iterator(),
                        counted,
                        outcome -> {
                          if (seen.incrementAndGet() == last) {
                            throw new IllegalCallerException("enough");
                          }
                        }))
            .isInstanceOf(IllegalCallerException.class)
            .hasMessage("enough");
        int atTheEnd = started.get();
        assertThat(classifier.classifyAll(Demo.photographs())).hasSize(12);
        assertThat(started.get()).as("nothing goes on").isEqualTo(atTheEnd);
        assertThat(seen.get()).isEqualTo(last);
      }
      assertThat(started.get()).as("read ahead is bounded").isLessThan(300);
    }
    assertThat(LiveThreads.left("cardinal-(reader|decoder|caller).*")).isEmpty();
  }

  @Test
  void shouldEndCleanlyWhenTheItemsThrow() {
    Iterator<Path> broken =
        new Iterator<>() {
          private int given;

          @Override
          public boolean hasNext() {
            return true;
          }

          @Override
          public Path next() {
            if (++given > 10) {
              throw new IllegalCallerException("no more");
            }
            return Demo.photographs().get(given);
          }
        };
    try (Classifier classifier = Demo.open(1, 2)) {
      assertThatThrownBy(() -> classifier.classifyEach(broken, file -> file, outcome -> {}))
          .isInstanceOf(IllegalCallerException.class);
      assertThat(classifier.classifyAll(Demo.photographs())).hasSize(12);
    }
  }

  @Test
  void shouldMakeANameThatCannotBeExpressedTheItemsFailure() {
    List<Outcome<String>> outcomes = new ArrayList<>();
    try (Classifier classifier = Demo.open(1, 2)) {
      classifier.classifyEach(List.of("a\0b").iterator(), Path::of, outcomes::add);
    }
    assertThat(outcomes).hasSize(1);
    assertThat(outcomes.get(0).failure()).containsInstanceOf(InvalidPathException.class);
  }

  @Test
  void shouldStopWhenTheThreadIsInterrupted() {
    try (Classifier classifier = Demo.open(1, 2)) {
      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> classifier.classifyAll(Demo.photographs()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("interrupted");
      assertThat(Thread.interrupted()).isTrue();
      assertThat(classifier.classifyAll(Demo.photographs())).hasSize(12);
    }
  }

  private static ImageException.Reason reason(Outcome<Path> outcome) {
    return ((ImageException) outcome.failure().orElseThrow()).reason();
  }
}
