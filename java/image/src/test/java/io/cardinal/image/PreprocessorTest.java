// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cardinal.image.ImageException.Reason;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PreprocessorTest {
  private static final float[] MEAN = {0.485f, 0.456f, 0.406f};
  private static final float[] STD = {0.229f, 0.224f, 0.225f};

  @Test
  void shouldTakeTimmsSizes() {
    assertThat(timm(224, 224, 0.875, CropMode.CENTER).resize())
        .isEqualTo(new Resize.ShortSide(256));
    assertThat(timm(224, 224, 0.95, CropMode.CENTER).resize()).isEqualTo(new Resize.ShortSide(235));
    assertThat(timm(160, 160, 0.95, CropMode.SQUASH).resize())
        .isEqualTo(new Resize.Exact(168, 168));
    assertThat(timm(192, 256, 0.95, CropMode.CENTER).resize())
        .isEqualTo(new Resize.Cover(202, 269));
    assertThat(timm(288, 288, 0.95, CropMode.BORDER).resize()).isEqualTo(new Resize.Fit(303, 303));
  }

  @Test
  void shouldCropHalfToEven() {
    Resize unchanged = new Resize.Unchanged();
    int[] tops = {0, 0, 1, 2, 2, 2, 3, 4};
    for (int surplus = 0; surplus < tops.length; surplus++) {
      Extent picture = new Extent(10 + surplus, 10);
      assertThat(Geometry.of(picture, unchanged, new Extent(10, 10)).top())
          .isEqualTo(tops[surplus]);
    }
  }

  @Test
  void shouldPadTheSmallerHalfBefore() {
    Geometry plan = Geometry.of(new Extent(7, 4), new Resize.Unchanged(), new Extent(10, 10));

    assertThat(plan.top()).isEqualTo(-1);
    assertThat(plan.left()).isEqualTo(-3);
  }

  @Test
  void shouldPadBordersWithTheMeanColour() {
    Pixels picture = new Pixels(1, 100, new byte[300]);
    byte[] rgb = timm(10, 10, 1.0, CropMode.BORDER).apply(new Pixels(2, 20, new byte[120])).rgb();

    assertThat(Arrays.copyOf(rgb, 3)).containsExactly(124, 116, 104);
    assertThatThrownBy(() -> timm(10, 10, 1.0, CropMode.BORDER).apply(picture))
        .isInstanceOfSatisfying(
            ImageException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNSUPPORTED));
  }

  @Test
  void shouldComputeOnlyWhatTheCropShows() {
    Preprocessor standard = torchvision(new Resize.ShortSide(256), 224, 224);
    Pixels tall = ResamplerTest.noise(1000, 1, new Random(1));
    Pixels endless = new Pixels(1, 4_000_000, new byte[12_000_000]);
    standard.apply(tall);
    long before = allocated();
    standard.apply(tall); // would be 256 x 256,000
    standard.apply(endless); // would be 256 x 1,024,000,000

    assertThat(allocated() - before).isLessThan(8 << 20);
  }

  @Test
  void shouldRefuseAPictureTooLongForAnInt() {
    Pixels endless = new Pixels(1, 10_000_000, new byte[30_000_000]);

    assertThatThrownBy(() -> torchvision(new Resize.ShortSide(256), 224, 224).apply(endless))
        .isInstanceOfSatisfying(
            ImageException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNSUPPORTED));
  }

  @Test
  void shouldNormaliseInSeparateFloatSteps() {
    byte[] rgb = new byte[256 * 3];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) (i / 3);
    }
    Preprocessor preprocessor = torchvision(new Resize.Unchanged(), 1, 256);
    float[] out = new float[2 + rgb.length];
    preprocessor.normalise(new Pixels(256, 1, rgb), out, 2);

    for (int i = 0; i < rgb.length; i++) {
      float unit = (i / 3) / 255f;
      float centred = unit - MEAN[i % 3];
      assertThat(out[2 + i]).isEqualTo(centred / STD[i % 3]);
    }
    assertThat(preprocessor.tensor(new Pixels(256, 1, rgb)))
        .isEqualTo(Arrays.copyOfRange(out, 2, out.length));
  }

  @Test
  void shouldGiveTheSameFromManyThreads() {
    Pixels picture = ResamplerTest.noise(150, 211, new Random(2));
    Preprocessor preprocessor = timm(64, 48, 0.9, CropMode.CENTER);
    byte[] expected = preprocessor.apply(picture).rgb();

    assertThat(
            IntStream.range(0, 200)
                .parallel()
                .allMatch(i -> Arrays.equals(expected, preprocessor.apply(picture).rgb())))
        .isTrue();
  }

  @Test
  void shouldRefuseNonsense() {
    Resize unchanged = new Resize.Unchanged();
    assertThatThrownBy(() -> new Resize.ShortSide(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> torchvision(unchanged, 0, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> torchvision(unchanged, 1, 1 << 20))
        .isInstanceOf(IllegalArgumentException.class);
    for (double fraction : new double[] {0, -1, 1.01, Double.NaN}) {
      assertThatThrownBy(() -> timm(8, 8, fraction, CropMode.CENTER))
          .isInstanceOf(IllegalArgumentException.class);
    }
    for (float[] std : new float[][] {{1, 1}, {1, 0, 1}, {1, Float.NaN, 1}}) {
      assertThatThrownBy(
              () -> Preprocessor.torchvision(Interpolation.BILINEAR, unchanged, 8, 8, MEAN, std))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(
            () ->
                torchvision(unchanged, 2, 2)
                    .normalise(new Pixels(3, 2, new byte[18]), new float[18], 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () ->
                torchvision(unchanged, 2, 2)
                    .normalise(new Pixels(2, 2, new byte[12]), new float[12], 1))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> new Pixels(2, 2, new byte[11]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static Preprocessor torchvision(Resize resize, int height, int width) {
    return Preprocessor.torchvision(Interpolation.BILINEAR, resize, height, width, MEAN, STD);
  }

  private static Preprocessor timm(int height, int width, double fraction, CropMode mode) {
    return Preprocessor.timm(Interpolation.BICUBIC, height, width, fraction, mode, MEAN, STD);
  }

  private static long allocated() {
    return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
        .getCurrentThreadAllocatedBytes();
  }
}
