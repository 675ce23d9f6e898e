// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cardinal.image.ImageException.Reason;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class ImageDecoderTest {
  private static final int KIBIBYTE = 1024;

  @Test
  void shouldRefuseAnEmptyFile() {
    assertThat(refusal(new byte[0]).reason()).isEqualTo(Reason.EMPTY);
  }

  @Test
  void shouldRefuseATextWhateverItsName() {
    ImageException refusal = refusal("Not a picture.".getBytes(StandardCharsets.UTF_8));

    assertThat(refusal.reason()).isEqualTo(Reason.NOT_AN_IMAGE);
    assertThat(refusal)
        .hasMessage(
            "the file is no picture: expected JPEG, PNG, WebP, GIF, BMP or TIFF, found"
                + " first bytes 4e 6f 74 20 61 20 70 69; check what the file really is");
  }

  @Test
  void shouldRefuseOtherKindsByName() {
    for (String head : List.of("8BPS", "P6\n640 480\n", "\0\0\1\0\1\0")) {
      ImageException refusal = refusal(head.getBytes(StandardCharsets.ISO_8859_1));

      assertThat(refusal.reason()).as(head).isEqualTo(Reason.UNSUPPORTED);
      assertThat(refusal.found()).as(head).isIn("Photoshop", "PSD", "PNM", "ICO");
    }
  }

  @Test
  void shouldRefuseWhatItsDecodersLackByName() {
    assertThat(refusal(Samples.read("tiff-lab.tif")).found()).contains("LAB");
    assertThat(refusal(Samples.read("broken/jpeg-two-components.jpg")).found())
        .isEqualTo("2 components");
    for (int process : new int[] {0xc5, 0xc7, 0xcb, 0xcf}) {
      byte[] file = Samples.read("jpeg-420-q75.jpg");
      file[frame(file) + 1] = (byte) process;
      assertThat(refusal(file).reason()).as("ff %x", process).isEqualTo(Reason.UNSUPPORTED);
    }
    byte[] deep = Samples.read("jpeg-420-q75.jpg");
    deep[frame(deep) + 4] = 12;
    assertThat(refusal(deep).found()).isEqualTo("12 bits");
  }

  @Test
  void shouldTellTruncatedFromCorrupt() {
    assertThat(refusal(Samples.read("broken/jpeg-cut-half.jpg")).reason())
        .isEqualTo(Reason.TRUNCATED);
    assertThat(refusal(Samples.read("broken/jpeg-cut-end-marker.jpg")).reason())
        .isEqualTo(Reason.TRUNCATED);
    assertThat(refusal(Samples.read("broken/png-cut-half.png")).reason())
        .isEqualTo(Reason.TRUNCATED);
    assertThat(refusal(Samples.read("broken/webp-cut-half.webp")).reason())
        .isEqualTo(Reason.TRUNCATED);
    assertThat(refusal(Samples.read("broken/png-wrong-adler.png")).reason())
        .isEqualTo(Reason.CORRUPT);
    assertThat(refusal(Samples.read("broken/png-header-wrong-crc.png")).reason())
        .isEqualTo(Reason.CORRUPT);
  }

  @Test
  void shouldRefusePixelBombsBeforeAnyAllocation() {
    byte[] webp = Samples.read("webp-lossless.webp");
    Arrays.fill(webp, 21, 25, (byte) 0x7f);
    byte[] wide = Samples.read("jpeg-420-q75.jpg");
    Arrays.fill(wide, frame(wide) + 5, frame(wide) + 9, (byte) 0xff);
    for (byte[] bomb :
        List.of(
            Samples.read("broken/jpeg-bomb.jpg"),
            Samples.read("broken/png-bomb-60000.png"),
            Samples.read("broken/png-large-10000.png"),
            webp,
            wide)) {
      refusal(bomb); // loads what is loaded once
      long before = ProcessMemory.allocated();
      ImageException refusal = refusal(bomb);
      long taken = ProcessMemory.allocated() - before;

      assertThat(refusal.reason()).isEqualTo(Reason.TOO_MANY_PIXELS);
      assertThat(taken).isLessThan(64 * KIBIBYTE);
    }
  }

  @Test
  void shouldKeepToItsLimits() {
    byte[] file = Samples.read("png-size-5x3.png");
    ImageDecoder decoder = ImageDecoder.standard();

    assertThat(decoder.withMaxPixels(15).decode(file).height()).isEqualTo(3);
    assertThat(decoder.withMaxBytes(file.length).decode(file).width()).isEqualTo(5);
    assertThatThrownBy(() -> decoder.withMaxPixels(14).decode(file))
        .isInstanceOfSatisfying(
            ImageException.class, e -> assertThat(e.reason()).isEqualTo(Reason.TOO_MANY_PIXELS));
    assertThatThrownBy(() -> decoder.withMaxBytes(file.length - 1).decode(file))
        .isInstanceOfSatisfying(
            ImageException.class, e -> assertThat(e.reason()).isEqualTo(Reason.TOO_MANY_BYTES));
    assertThatThrownBy(() -> decoder.withMaxPixels(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> decoder.withMaxBytes(0)).isInstanceOf(IllegalArgumentException.class);
    assertThat(decoder.maxPixels()).isEqualTo(50_000_000);
    assertThat(decoder.maxBytes()).isEqualTo(256 << 20);
  }

  @Test
  void shouldIgnoreOrientation() {
    byte[] upright = ImageDecoder.standard().decode(Samples.read("jpeg-exif-1.jpg")).rgb();
    for (int i = 2; i <= 8; i++) {
      byte[] turned = ImageDecoder.standard().decode(Samples.read("jpeg-exif-" + i + ".jpg")).rgb();
      assertThat(turned).isEqualTo(upright);
    }
  }

  @Test
  void shouldTurnOnRequest() {
    ImageDecoder turning = ImageDecoder.standard().withExifOrientation(true);
    byte[] rgb = new byte[18];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) (i / 3);
    }
    Pixels picture = new Pixels(3, 2, rgb); // 0 1 2, 3 4 5
    String[] expected = {
      "012345", "210543", "543210", "345012", "031425", "304152", "524130", "251403"
    };
    for (Orientation orientation : Orientation.values()) {
      StringBuilder found = new StringBuilder();
      byte[] turned = orientation.turn(picture).rgb();
      for (int i = 0; i < turned.length; i += 3) {
        found.append(turned[i]);
      }
      assertThat(found).as("%s", orientation).hasToString(expected[orientation.ordinal()]);
    }

    assertThat(turning.exifOrientation()).isTrue();
    assertThat(turning.withMaxPixels(1_000_000).exifOrientation()).isTrue();
    assertThat(turning.withMaxBytes(1_000_000).exifOrientation()).isTrue();
    assertThat(turning.decode(Samples.read("jpeg-exif-6.jpg")).height()).isEqualTo(97);
    assertThat(turning.decode(Samples.read("tiff-orientation-6.tif")).rgb())
        .isEqualTo(ImageDecoder.standard().decode(Samples.read("tiff-orientation-6.tif")).rgb());
  }

  @Test
  void shouldInterpolateRowsAtHalfDensityWhateverTheJdk() {
    byte[] samples = new byte[6 * Cmyk.INKS]; // one column; the second ink 10 10 50 50 51 51
    int[] stored = {10, 10, 50, 50, 51, 51};
    for (int i = 0; i < stored.length; i++) {
      samples[i * Cmyk.INKS + 1] = (byte) stored[i];
    }
    CmykJpeg.smoothRows(samples, 1, 1, 6);
    int[] expected = {10, 20, 40, 50, 51, 51};
    for (int i = 0; i < expected.length; i++) {
      assertThat(samples[i * Cmyk.INKS + 1]).as("row %d", i).isEqualTo((byte) expected[i]);
      assertThat(samples[i * Cmyk.INKS]).isZero();
    }
    assertThat(JdkJpeg.repeatsRows()).isIn(true, false); // the probe is a file to decode
  }

  @Test
  void shouldGiveTheSameFromManyThreads() throws Exception {
    byte[] jpeg = Samples.read("jpeg-progressive-444.jpg");
    byte[] webp = Samples.read("webp-lossy-q80.webp");
    byte[] fromJpeg = ImageDecoder.standard().decode(jpeg).rgb();
    byte[] fromWebp = ImageDecoder.standard().decode(webp).rgb();
    ExecutorService threads = Executors.newFixedThreadPool(16);
    try {
      List<Future<?>> runs = new ArrayList<>();
      for (int i = 0; i < 400; i++) {
        runs.add(
            threads.submit(
                () -> {
                  assertThat(ImageDecoder.standard().decode(jpeg).rgb()).isEqualTo(fromJpeg);
                  assertThat(ImageDecoder.standard().decode(webp).rgb()).isEqualTo(fromWebp);
                }));
      }
      for (Future<?> run : runs) {
        run.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void shouldNameItsLibraries() {
    assertThat(ImageDecoder.codecVersions())
        .contains("leptonica-1.87.0")
        .contains("libjpeg-turbo")
        .contains("libwebp");
  }

  static int frame(byte[] jpeg) {
    for (int i = 2; ; i++) {
      if (jpeg[i] == (byte) 0xff && (jpeg[i + 1] & 0xff) >= 0xc0 && (jpeg[i + 1] & 0xff) <= 0xc2) {
        return i;
      }
    }
  }

  private static ImageException refusal(byte[] file) {
    try {
      Pixels pixels = ImageDecoder.standard().decode(file);
      throw new AssertionError("not refused: " + pixels);
    } catch (ImageException e) {
      return e;
    }
  }
}
