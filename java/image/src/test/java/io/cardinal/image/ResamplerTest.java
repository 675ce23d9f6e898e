// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** The resampler against the page that describes it, written down as plainly as it goes. */
class ResamplerTest {
  private static final int[][] SIZES = { // height, width, height, width
    {1, 1, 1, 1},
    {1, 1, 7, 5},
    {7, 5, 1, 1},
    {13, 17, 13, 5},
    {13, 17, 4, 17},
    {31, 3, 8, 9},
    {100, 9, 9, 9},
    {64, 20, 10, 31},
    {9, 100, 33, 7},
    {50, 50, 37, 41},
    {23, 29, 61, 53},
    {200, 3, 50, 2},
    {3, 200, 2, 50},
    {40, 16, 12, 2},
    {40, 16, 11, 2},
    {5, 7, 5, 7}
  };

  @Test
  void shouldEqualThePlainLoops() {
    Random random = new Random(5);
    for (int[] size : SIZES) {
      Pixels picture = noise(size[0], size[1], random);
      for (Interpolation filter : Interpolation.values()) {
        Preprocessor whole =
            preprocessor(filter, new Resize.Exact(size[2], size[3]), size[2], size[3]);

        assertThat(whole.apply(picture).rgb())
            .as("%s %s -> %d x %d", filter, picture, size[3], size[2])
            .isEqualTo(PlainResize.resize(picture, size[2], size[3], filter).rgb());
      }
    }
  }

  @Test
  void shouldGiveTheMiddleOfTheWhole() {
    Random random = new Random(6);
    for (int i = 0; i < 60; i++) {
      Pixels picture = noise(1 + random.nextInt(60), 1 + random.nextInt(60), random);
      int height = 1 + random.nextInt(60);
      int width = 1 + random.nextInt(60);
      int side = 1 + random.nextInt(40);
      Resize resize = new Resize.Exact(height, width);
      Pixels whole = PlainResize.resize(picture, height, width, Interpolation.BICUBIC);

      assertThat(preprocessor(Interpolation.BICUBIC, resize, side, side).apply(picture).rgb())
          .as("%s -> %d x %d, crop %d", picture, width, height, side)
          .isEqualTo(PlainResize.centreCrop(whole, side).rgb());
    }
  }

  @Test
  void shouldCutLongTablesIntoStrips() {
    // 2 million source columns: more weights than are held at once.
    Pixels picture = noise(1, 2_000_000, new Random(7));
    Preprocessor squash = preprocessor(Interpolation.BICUBIC, new Resize.Exact(2, 3), 2, 3);

    assertThat(squash.apply(picture).rgb())
        .isEqualTo(PlainResize.resize(picture, 2, 3, Interpolation.BICUBIC).rgb());
  }

  private static Preprocessor preprocessor(
      Interpolation filter, Resize resize, int height, int width) {
    return Preprocessor.torchvision(
        filter, resize, height, width, new float[] {0, 0, 0}, new float[] {1, 1, 1});
  }

  static Pixels noise(int height, int width, Random random) {
    byte[] rgb = new byte[height * width * Pixels.CHANNELS];
    random.nextBytes(rgb);
    return new Pixels(width, height, rgb);
  }
}
