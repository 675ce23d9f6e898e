// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cardinal.image.ImageDecoder;
import io.cardinal.image.ImageException;
import io.cardinal.image.Pixels;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Bytes from anywhere, and what comes with the answers. */
@Timeout(60)
class ClassifySourcesTest {
  private static Classifier classifier;

  @TempDir private Path folder;

  @BeforeAll
  static void open() {
    classifier = Demo.open(2, 4);
  }

  @AfterAll
  static void close() {
    classifier.close();
  }

  @Test
  void shouldGiveTheSameBitsForBytesAndForFiles() {
    List<float[]> found = new ArrayList<>();
    PipelineStatistics statistics =
        classifier.classifySources(
            Demo.photographs().iterator(),
            file -> ImageSource.of(Demo.bytes(file)),
            RunOptions.defaults(),
            (Outcome<Path> outcome) -> {
              assertThat(outcome.features()).isEmpty();
              assertThat(outcome.preview()).isEmpty();
              found.add(outcome.orThrow().logits());
            });
    assertThat(statistics.files()).isEqualTo(found.size());
    List<Classification> expected = classifier.classifyAll(Demo.photographs());
    for (int i = 0; i < expected.size(); i++) {
      assertThat(found.get(i)).isEqualTo(expected.get(i).logits());
    }
  }

  @Test
  void shouldMakeWhatASourceThrowsTheItemsFailure() {
    List<RuntimeException> thrown =
        List.of(
            new UncheckedIOException(new IOException("gone")),
            new ImageException(ImageException.Reason.TOO_MANY_BYTES, "a", "b", "c", "d"));
    List<Outcome<RuntimeException>> outcomes = new ArrayList<>();
    classifier.classifySources(
        thrown.iterator(),
        failure -> {
          throw failure;
        },
        RunOptions.defaults(),
        outcomes::add);
    assertThat(outcomes)
        .extracting(outcome -> outcome.failure().orElseThrow())
        .containsExactlyElementsOf(thrown);
    ImageSource broken =
        new ImageSource() {
          @Override
          public long size() {
            return -1;
          }

          @Override
          public byte[] read() throws IOException {
            throw new IOException("cut off");
          }
        };
    List<Outcome<ImageSource>> failed = new ArrayList<>();
    classifier.classifySources(
        List.of(broken).iterator(), source -> source, RunOptions.defaults(), failed::add);
    assertThat(failed.get(0).failure().orElseThrow()).hasRootCauseMessage("cut off");
  }

  @Test
  void shouldPassOnWhatIsNoFailureOfAnImage() {
    assertThatThrownBy(
            () ->
                classifier.classifySources(
                    List.of(1).iterator(),
                    item -> {
                      throw new IllegalCallerException("a bug");
                    },
                    RunOptions.defaults(),
                    outcome -> {}))
        .isInstanceOf(IllegalCallerException.class);
  }

  @Test
  void shouldEndARunWhoseThreadsCannotBeStarted() {
    for (String name : List.of("cardinal-reader", "cardinal-decoder", "cardinal-caller")) {
      DaemonThreads.refusal = name::equals;
      try {
        assertThatThrownBy(() -> classifier.classifyAll(Demo.photographs()))
            .as(name)
            .isInstanceOf(OutOfMemoryError.class);
      } finally {
        DaemonThreads.refusal = null;
      }
    }
    assertThat(classifier.classifyAll(Demo.photographs())).isNotEmpty();
  }

  @Test
  void shouldDeliverWhatHasBegunWhenTheItemsEnd() {
    List<Path> photographs = Demo.photographs();
    for (int last : new int[] {0, 1, 5, 23}) {
      Iterator<Path> items =
          IntStream.range(0, last).mapToObj(i -> photographs.get(i % 12)).iterator();
      List<Path> seen = new ArrayList<>();
      classifier.classifySources(
          items,
          ImageSource::of,
          RunOptions.defaults(),
          (Outcome<Path> outcome) -> seen.add(outcome.item()));
      assertThat(seen).hasSize(last);
    }
  }

  @Test
  void shouldMakePreviewsOfTheFirstImages() {
    List<Path> files = new ArrayList<>(Demo.photographs());
    files.add(1, folder.resolve("absent.jpg"));
    List<Outcome<Path>> outcomes = new ArrayList<>();
    classifier.classifySources(
        files.iterator(),
        ImageSource::of,
        RunOptions.defaults().withPreviews(4, 20).withFeatures(true),
        outcomes::add);
    for (int i = 0; i < files.size(); i++) {
      assertThat(outcomes.get(i).preview().isPresent()).as("%d", i).isEqualTo(i < 4 && i != 1);
      assertThat(outcomes.get(i).features().isPresent()).isEqualTo(i != 1);
    }
    BufferedImage preview = outcomes.get(0).preview().orElseThrow();
    assertThat(Math.max(preview.getWidth(), preview.getHeight())).isEqualTo(20);
  }

  @Test
  void shouldKeepColoursAndShapeInPreviews() {
    byte[] rgb = new byte[300 * 100 * 3];
    for (int i = 0; i < rgb.length; i += 3) {
      rgb[i] = (byte) 200;
      rgb[i + 1] = 90;
      rgb[i + 2] = 7;
    }
    BufferedImage small = Previews.of(new Pixels(300, 100, rgb), 30);
    assertThat(small.getWidth()).isEqualTo(30);
    assertThat(small.getHeight()).isEqualTo(10);
    assertThat(small.getRGB(13, 4)).isEqualTo(0xff000000 | 200 << 16 | 90 << 8 | 7);
    BufferedImage thin = Previews.of(new Pixels(30_000, 1, rgb), 50);
    assertThat(thin.getWidth()).isEqualTo(50);
    assertThat(thin.getHeight()).isEqualTo(1);
    Pixels photograph = ImageDecoder.standard().decode(Demo.bytes(Demo.photographs().get(0)));
    BufferedImage whole = Previews.of(photograph, 4096);
    assertThat(BufferedImages.pixels(whole).rgb()).isEqualTo(photograph.rgb());
  }

  @Test
  void shouldRefuseOptionsOutOfRange() {
    RunOptions options = RunOptions.defaults();
    assertThatThrownBy(() -> options.withPreviews(-1, 10))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> options.withPreviews(1, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> options.withPreviews(1, 1_025))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shouldKnowTheSizesOfFiles() throws IOException {
    Path file = Files.write(folder.resolve("a"), new byte[] {1, 2, 3, 4, 5});
    assertThat(ImageSource.of(file).size()).isEqualTo(5);
    assertThat(ImageSource.of(file).read()).hasSize(5);
    assertThat(ImageSource.of(file).readAtMost(3)).hasSize(4);
    assertThat(ImageSource.of(new byte[7]).size()).isEqualTo(7);
    assertThat(ImageSource.of(folder).size()).isEqualTo(-1);
    assertThat(ImageSource.of(folder.resolve("absent")).size()).isEqualTo(-1);
    assertThatThrownBy(() -> ImageSource.of(folder).read()).hasMessageContaining("regular");
  }
}
