// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cardinal.image.ImageDecoder;
import io.cardinal.image.ImageException;
import io.cardinal.image.Pixels;
import io.cardinal.image.Preprocessor;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Streams, pictures in memory, and what else is made of an image than classes. */
@Timeout(60)
class SourcesTest {
  private static Classifier classifier;

  @BeforeAll
  static void open() {
    classifier = Demo.open(2, 4);
  }

  @AfterAll
  static void close() {
    classifier.close();
  }

  @Test
  void shouldReadAStreamToItsEndAndLeaveItOpen() throws IOException {
    for (Path photograph : Demo.photographs()) {
      Stream stream = new Stream(Demo.bytes(photograph));
      assertThat(classifier.classify(stream).logits())
          .isEqualTo(classifier.classify(photograph).logits());
      assertThat(stream.read()).isEqualTo(-1);
      assertThat(stream.isClosed).isFalse();
    }
  }

  @Test
  void shouldStopReadingAStreamThatIsTooLong() {
    Stream endless = new Stream(new byte[1_000_000]);
    try (Classifier small =
        Classifier.open(Demo.MODEL, Options.throughput().withMaxFileBytes(1_000))) {
      assertThatThrownBy(() -> small.classify(endless))
          .isInstanceOfSatisfying(
              ImageException.class,
              e -> assertThat(e.reason()).isEqualTo(ImageException.Reason.TOO_MANY_BYTES));
      assertThat(endless.available()).isEqualTo(1_000_000 - 1_001);
    }
  }

  @Test
  void shouldPassOnThatAStreamCannotBeRead() {
    InputStream broken =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("broken");
          }
        };
    assertThatThrownBy(() -> classifier.classify(broken))
        .isInstanceOf(UncheckedIOException.class)
        .hasRootCauseMessage("broken");
    assertThatThrownBy(() -> classifier.classify(InputStream.nullInputStream()))
        .isInstanceOf(ImageException.class);
  }

  @Test
  void shouldClassifyAPictureInMemoryAsItsFile() throws IOException {
    for (Path photograph : Demo.photographs()) {
      Pixels pixels = ImageDecoder.standard().decode(Demo.bytes(photograph));
      for (int type : new int[] {BufferedImage.TYPE_INT_RGB, BufferedImage.TYPE_3BYTE_BGR}) {
        assertThat(classifier.classify(picture(pixels, type)).logits())
            .isEqualTo(classifier.classify(photograph).logits());
      }
    }
    BufferedImage grey = new BufferedImage(60, 40, BufferedImage.TYPE_BYTE_GRAY);
    for (int i = 0; i < 60 * 40; i++) {
      grey.getRaster().setSample(i % 60, i / 60, 0, i * 7 % 256);
    }
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    ImageIO.write(grey, "png", png);
    BufferedImage read = ImageIO.read(new ByteArrayInputStream(png.toByteArray()));
    assertThat(classifier.classify(read).logits())
        .isEqualTo(classifier.classify(png.toByteArray()).logits());
  }

  @Test
  void shouldRefuseAPictureInMemoryThatIsTooLarge() {
    BufferedImage image = new BufferedImage(40, 26, BufferedImage.TYPE_INT_RGB);
    try (Classifier small =
        Classifier.open(Demo.MODEL, Options.throughput().withMaxPixels(1_000))) {
      assertThatThrownBy(() -> small.classify(image))
          .isInstanceOfSatisfying(
              ImageException.class,
              e -> assertThat(e.reason()).isEqualTo(ImageException.Reason.TOO_MANY_PIXELS));
    }
  }

  @Test
  void shouldGiveTheVectorThatTheNetworkPools() {
    Preprocessor preprocessor = Preprocessors.of(classifier.model().preprocessing());
    int length = classifier.model().spec().features();
    for (Path photograph : Demo.photographs()) {
      float[] found = classifier.features(photograph);
      assertThat(found).hasSize(length).isEqualTo(classifier.features(Demo.bytes(photograph)));
      float[] tensor = preprocessor.tensor(ImageDecoder.standard().decode(Demo.bytes(photograph)));
      assertThat(found).isEqualTo(classifier.network().outputs(tensor, 1).features());
      for (float value : found) {
        assertThat(value).as("behind a ReLU").isNotNegative();
      }
    }
    assertThatThrownBy(() -> classifier.features(new byte[1])).isInstanceOf(ImageException.class);
  }

  @Test
  void shouldGiveVectorsAndClassesOfManyFilesInOrder() {
    List<Path> files = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      files.addAll(Demo.photographs());
      files.add(Path.of("absent.jpg"));
    }
    List<Outcome<Path>> outcomes = new ArrayList<>();
    PipelineStatistics statistics =
        classifier.featuresEach(files.iterator(), file -> file, outcomes::add);
    assertThat(statistics.files()).isEqualTo(39);
    assertThat(statistics.failures()).isEqualTo(3);
    assertThat(outcomes).extracting(Outcome::item).isEqualTo(files);
    for (Outcome<Path> outcome : outcomes) {
      if (outcome.item().startsWith(Demo.PHOTOS)) {
        assertThat(outcome.features().orElseThrow()).isEqualTo(classifier.features(outcome.item()));
        assertThat(outcome.orThrow().logits())
            .isEqualTo(classifier.classify(outcome.item()).logits());
        outcome.features().orElseThrow()[0] = -1; // a copy
        assertThat(outcome.features().orElseThrow()[0]).isNotNegative();
      } else {
        assertThat(outcome.features()).isEmpty();
        assertThat(outcome.failure()).containsInstanceOf(UncheckedIOException.class);
      }
    }
  }

  @Test
  void shouldGiveAResultOrAnExceptionForEachFile() {
    List<Path> files = new ArrayList<>(Demo.photographs());
    files.add(5, Path.of("absent.jpg"));
    List<Outcome<Path>> outcomes = classifier.classifyEach(files);
    assertThat(outcomes).extracting(Outcome::item).isEqualTo(files);
    assertThat(outcomes.get(5).failure()).containsInstanceOf(UncheckedIOException.class);
    assertThat(outcomes.get(5).features()).isEmpty();
    outcomes.remove(5);
    assertThat(outcomes).allMatch(outcome -> outcome.classification().isPresent());
    assertThat(outcomes).allMatch(outcome -> outcome.features().isEmpty());
    assertThat(classifier.classifyEach(List.of())).isEmpty();
  }

  private static BufferedImage picture(Pixels pixels, int type) {
    BufferedImage image = new BufferedImage(pixels.width(), pixels.height(), type);
    byte[] rgb = pixels.rgb();
    for (int i = 0; i < rgb.length / 3; i++) {
      int colour =
          (rgb[3 * i] & 0xff) << 16 | (rgb[3 * i + 1] & 0xff) << 8 | (rgb[3 * i + 2] & 0xff);
      image.setRGB(i % pixels.width(), i / pixels.width(), colour);
    }
    return image;
  }

  /** Knows whether it was closed. */
  private static final class Stream extends ByteArrayInputStream {
    private boolean isClosed;

    Stream(byte[] bytes) {
      super(bytes);
    }

    @Override
    public void close() {
      isClosed = true;
    }
  }
}
