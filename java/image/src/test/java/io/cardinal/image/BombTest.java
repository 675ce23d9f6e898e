// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.cardinal.image.ImageException.Reason;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Small files of the newer kinds that claim much: refused, and for little memory. */
class BombTest {
  private static final int LITTLE = 1 << 20;

  @Test
  void shouldRefuseClaimsOfTooManyPixels() {
    byte[] bmp = Samples.read("bmp-24.bmp");
    Bloated.put32(bmp, 18, 60_000);
    Bloated.put32(bmp, 22, 60_000);
    byte[] gif = Samples.read("gif-palette.gif");
    Arrays.fill(gif, 6, 10, (byte) 0xff);
    byte[] webp = Samples.read("webp-animated.webp");
    Arrays.fill(webp, 24, 30, (byte) 0x7f);
    byte[] cmyk = Samples.read("jpeg-cmyk-adobe.jpg");
    int frame = ImageDecoderTest.frame(cmyk);
    Arrays.fill(cmyk, frame + 5, frame + 9, (byte) 0xff);
    byte[] tiff = Tiffs.grey(60_000, 60_000, 1, 10).file(new byte[10]);
    byte[] tile =
        Tiffs.grey(10, 10, 5, 10).with(322, 1 << 20).with(323, 1 << 20).file(new byte[10]);
    for (byte[] bomb : List.of(bmp, gif, webp, cmyk, tiff, tile)) {
      assertThat(refusal(bomb)).isEqualTo(Reason.TOO_MANY_PIXELS);
    }
  }

  @Test
  void shouldRefuseDataThatCannotFillItsClaims() {
    byte[] bmp = Samples.read("bmp-24.bmp");
    Bloated.put32(bmp, 18, 7_000);
    Bloated.put32(bmp, 22, 7_000);
    byte[] runs = Samples.read("bmp-rle8.bmp");
    Bloated.put32(runs, 18, 7);
    Bloated.put32(runs, 22, 7_000_000);
    byte[] gif = Arrays.copyOf(Samples.read("gif-palette.gif"), 260);
    int frame = Bloated.gifFrame(gif);
    put16(gif, frame + 5, 7_000);
    put16(gif, frame + 7, 7_000);
    for (byte[] bomb : List.of(bmp, runs, gif)) {
      assertThat(refusal(bomb)).isEqualTo(Reason.TRUNCATED);
    }
    for (int compression : new int[] {1, 5, 8, 32_773}) {
      byte[] tiff = Tiffs.grey(7_000, 7_000, compression, 1_000).file(new byte[1_000]);
      assertThat(refusal(tiff)).as("%d", compression).isEqualTo(Reason.TRUNCATED);
    }
  }

  @Test
  void shouldStopAtTheLastPixelOfAStream() {
    byte[] zeros = Bloated.deflate(new byte[50_000_000]);
    byte[] tiff = Tiffs.grey(100, 100, 8, zeros.length).file(zeros);
    long before = ProcessMemory.allocated();

    assertThat(ImageDecoder.standard().decode(tiff).width()).isEqualTo(100);
    assertThat(ProcessMemory.allocated() - before).isLessThan(LITTLE);
  }

  @Test
  void shouldRefuseSegmentsThatShareTheirBytes() {
    int segments = 20_000;
    byte[] data = new byte[100_000 + 4 * segments * 2];
    for (int i = 0; i < segments; i++) {
      Bloated.put32(data, 100_000 + 4 * i, Tiffs.DATA);
      Bloated.put32(data, 100_000 + 4 * (segments + i), 100_000);
    }
    byte[] tiff =
        Tiffs.grey(10, segments, 5, 0)
            .with(Tiffs.ROWS, 1)
            .withArray(Tiffs.OFFSETS, segments, Tiffs.DATA + 100_000)
            .withArray(Tiffs.COUNTS, segments, Tiffs.DATA + 100_000 + 4 * segments)
            .file(data);

    assertThat(refusal(tiff)).isEqualTo(Reason.TOO_MUCH_WORK);
  }

  @Test
  void shouldRefuseTilesFarLargerThanThePicture() {
    byte[] tiff =
        Tiffs.grey(1, 40_000_000, 8, 0)
            .with(322, 40_000_000)
            .with(323, 1)
            .withArray(Tiffs.OFFSETS, 25_000, Tiffs.DATA)
            .withArray(Tiffs.COUNTS, 25_000, Tiffs.DATA)
            .file(new byte[100_000]);

    assertThat(refusal(tiff)).isIn(Reason.TOO_MUCH_WORK, Reason.CORRUPT);
  }

  @Test
  void shouldNotFollowDirectoriesInCircles() {
    // The next directory is this one; the data is the directory itself; tags point at themselves.
    byte[] tiff = Tiffs.grey(10, 10, 1, 100).with(Tiffs.OFFSETS, 8).file(new byte[100]);
    Bloated.put32(tiff, 8 + 2 + 9 * 12, 8);
    assertThat(ImageDecoder.standard().decode(tiff).height()).isEqualTo(10);

    byte[] endless = Tiffs.grey(10, 10, 1, 100).file(new byte[100]);
    Bloated.put32(endless, 4, 4);
    assertThat(refusal(endless)).isIn(Reason.TRUNCATED, Reason.CORRUPT, Reason.UNSUPPORTED);

    byte[] many = new byte[70_000];
    System.arraycopy(new byte[] {'I', 'I', 43, 0, 8, 0, 0, 0, 16}, 0, many, 0, 9);
    Arrays.fill(many, 16, 24, (byte) 0xff);
    assertThat(refusal(many)).isEqualTo(Reason.TRUNCATED);
  }

  @Test
  void shouldEndRunLengthsThatGoNowhere() {
    byte[] bmp = Arrays.copyOf(Samples.read("bmp-rle8.bmp"), 4 << 20);
    Arrays.fill(bmp, 1078, bmp.length, (byte) 0); // ends of empty lines, two million of them
    assertThat(refusal(bmp)).isEqualTo(Reason.TRUNCATED);

    for (int i = 1078; i < bmp.length; i += 4) { // jumps of nothing
      bmp[i + 1] = 2;
    }
    assertThat(refusal(bmp)).isEqualTo(Reason.TRUNCATED);
  }

  @Test
  void shouldEndCodesThatGiveNothing() {
    byte[] gif = Arrays.copyOf(Samples.read("gif-palette.gif"), 4 << 20);
    int data = Bloated.gifFrame(gif) + 11;
    for (int i = data; i + 256 <= gif.length; i += 256) { // clear codes of 7 bits, or the like
      gif[i] = (byte) 0xff;
      Arrays.fill(gif, i + 1, i + 256, (byte) 0x40);
    }
    assertThat(refusal(gif)).isIn(Reason.TRUNCATED, Reason.CORRUPT);

    byte[] clears = new byte[4 << 20]; // 256 in nine bits, again and again
    for (int bit = 0; bit < clears.length * 8L; bit += 9) {
      clears[bit / 8] |= (byte) (0x80 >> bit % 8);
    }
    assertThat(refusal(Tiffs.grey(100, 100, 5, clears.length).file(clears)))
        .isEqualTo(Reason.TRUNCATED);
    byte[] nothing = new byte[4 << 20]; // PackBits: no operation
    Arrays.fill(nothing, (byte) -128);
    assertThat(refusal(Tiffs.grey(100, 100, 32_773, nothing.length).file(nothing)))
        .isEqualTo(Reason.TRUNCATED);
  }

  @Test
  void shouldEndFacsimileCodesOfAnySort() {
    Random random = new Random(3);
    for (int i = 0; i < 400; i++) {
      byte[] data = new byte[1 + random.nextInt(4_000)];
      random.nextBytes(data);
      for (int compression = 2; compression <= 4; compression++) {
        byte[] tiff =
            Tiffs.grey(1 + random.nextInt(300), 50, compression, data.length)
                .with(Tiffs.BITS, 1)
                .with(292, i & 1)
                .file(data);
        try {
          ImageDecoder.standard().decode(tiff);
        } catch (ImageException e) {
          assertThat(e.reason()).isIn(Reason.CORRUPT, Reason.TRUNCATED);
        }
      }
    }
  }

  private static Reason refusal(byte[] file) {
    attempt(file); // loads what is loaded once
    long before = ProcessMemory.allocated();
    ImageException refusal = attempt(file);

    assertThat(ProcessMemory.allocated() - before).isLessThan(LITTLE + 2L * file.length);
    return refusal.reason();
  }

  private static ImageException attempt(byte[] file) {
    try {
      throw new AssertionError("not refused: " + ImageDecoder.standard().decode(file));
    } catch (ImageException e) {
      return e;
    }
  }

  private static void put16(byte[] file, int at, int value) {
    file[at] = (byte) value;
    file[at + 1] = (byte) (value >> 8);
  }
}
