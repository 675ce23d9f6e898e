// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.cardinal.testing.Golden;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is stated before decoding and resizing is enough, and not far from what is taken. */
class DecodingNeedTest {
  private static final float[] ZEROS = {0, 0, 0};
  private static final float[] ONES = {1, 1, 1};

  @Test
  void shouldStateTheHeapThatDecodingTakes() throws IOException {
    for (boolean isTurned : new boolean[] {false, true}) {
      ImageDecoder decoder = ImageDecoder.standard().withExifOrientation(isTurned);
      long stated = 0;
      long pixels = 0;
      for (Path path : sources()) {
        byte[] file = Samples.read(path);
        DecodingNeed need = decoder.decodingNeed(file);
        Pixels picture = picture(decoder, file); // loads what the first file needs
        long before = ProcessMemory.allocated();
        picture(decoder, file);
        long taken = ProcessMemory.allocated() - before;
        if (picture != null) {
          assertThat(taken).as("%s", path).isLessThanOrEqualTo(need.heapBytes());
          assertThat((long) need.width() * need.height())
              .as("%s", path)
              .isEqualTo((long) picture.width() * picture.height());
          stated += need.heapBytes();
          pixels += (long) picture.width() * picture.height();
        }
      }
      assertThat(pixels).isPositive();
      assertThat(stated).isLessThan(12 * pixels + sources().size() * (4L << 20));
    }
  }

  @Test
  void shouldStateTheHeapThatResizingTakes() {
    for (PassOrder order : PassOrder.values()) {
      for (Resize resize :
          List.of(
              new Resize.ShortSide(256),
              new Resize.Exact(224, 224),
              new Resize.Fit(224, 224),
              new Resize.Unchanged())) {
        Preprocessor preprocessor =
            Preprocessor.torchvision(Interpolation.BICUBIC, resize, 224, 224, ZEROS, ONES)
                .withPassOrder(order);
        for (int[] size :
            new int[][] {{500, 375}, {375, 500}, {3000, 40}, {40, 3000}, {20, 20}, {2000, 1500}}) {
          Pixels picture = new Pixels(size[0], size[1], new byte[size[0] * size[1] * 3]);
          preprocessor.apply(picture); // keeps its weights
          preprocessor.apply(picture); // finds them: the JVM links how their keys are compared
          long before = ProcessMemory.allocated();
          preprocessor.apply(picture);
          long taken = ProcessMemory.allocated() - before;
          long stated = preprocessor.resizingBytes(size[0], size[1]);
          assertThat(taken)
              .as("%s %s %d x %d", order, resize, size[0], size[1])
              .isLessThan(stated + (64 << 10));
          assertThat(stated).isLessThan(taken + 3 * 224 * 224 * 3);
        }
      }
    }
  }

  @Test
  void shouldStateNothingForWhatIsRefusedByItsHeader() {
    byte[] file = Samples.read(sources().get(0));
    assertThat(ImageDecoder.standard().decodingNeed(new byte[0])).isEqualTo(DecodingNeed.NONE);
    assertThat(ImageDecoder.standard().decodingNeed(new byte[100])).isEqualTo(DecodingNeed.NONE);
    assertThat(ImageDecoder.standard().withMaxPixels(1).decodingNeed(file))
        .isEqualTo(DecodingNeed.NONE);
    assertThat(ImageDecoder.standard().withMaxBytes(10).decodingNeed(file).bytes()).isZero();
  }

  private static Pixels picture(ImageDecoder decoder, byte[] file) {
    try {
      return decoder.decode(file);
    } catch (ImageException e) {
      return null;
    }
  }

  private static List<Path> sources() {
    try (Stream<Path> files = Files.walk(Golden.path("preprocess/sources"))) {
      return files.filter(Files::isRegularFile).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
