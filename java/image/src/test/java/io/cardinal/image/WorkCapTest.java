// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.cardinal.image.ImageException.Reason;
import io.cardinal.testing.Tally;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Row I3 of the reliability table: work is capped by counting it, on each side of each cap: scans,
 * pixels times scans, what stands beside a picture, frames.
 */
@DisplayName("I3: caps on work")
class WorkCapTest {
  private static final int LITTLE = 1 << 20;

  private static final Tally TALLY = new Tally("I3");

  @AfterAll
  static void print() {
    TALLY.print();
  }

  @Test
  void shouldCountScans() {
    byte[] file = Samples.read("jpeg-progressive-420.jpg");
    int scans = JpegMarkers.read(file, Bloated.LIMITS).scans();

    byte[] most = Bloated.withScans(file, JpegMarkers.MAX_SCANS - scans);
    assertThat(JpegMarkers.read(most, Bloated.LIMITS).scans()).isEqualTo(100);
    assertThat(ImageDecoder.standard().decode(most).width()).isPositive();
    assertRefused(Bloated.withScans(file, JpegMarkers.MAX_SCANS - scans + 1));
  }

  @Test
  void shouldCountPixelsTimesScansBeforeDecoding() {
    byte[] file = Samples.read("jpeg-progressive-420.jpg");
    assertThat(JpegMarkers.read(file, Bloated.LIMITS).scans()).isEqualTo(10);

    assertThat(JpegMarkers.read(Bloated.withSize(file, 8_000, 5_000), Bloated.LIMITS).width())
        .isEqualTo(8_000);
    assertRefused(Bloated.withSize(file, 8_001, 5_000));
    byte[] oneScan = Bloated.withSize(Samples.read("jpeg-420-q75.jpg"), 7_000, 7_000);
    assertThat(JpegMarkers.read(oneScan, Bloated.LIMITS).scans()).isEqualTo(1);
    TALLY.pass();
  }

  /** Strips of 2 million pixels in 50 scans; they share their bytes. */
  @Test
  void shouldCountThoseInsideATiffBeforeDecodingAny() {
    byte[] jpeg = Bloated.withSize(Samples.read("jpeg-grey-progressive.jpg"), 4_000, 500);
    int scans = JpegMarkers.read(jpeg, Bloated.LIMITS).scans();
    byte[] many = Bloated.withScans(jpeg, 50 - scans);

    assertRefused(Bloated.strips(many, 5));
  }

  @Test
  void shouldCountTheTablesOfJpegsInsideATiff() {
    byte[] jpeg = Samples.read("jpeg-grey.jpg");
    byte[] tables = new byte[1 << 20];
    tables[0] = (byte) 0xff;
    tables[1] = (byte) 0xd8;
    byte[] data = Arrays.copyOf(jpeg, jpeg.length + tables.length);
    System.arraycopy(tables, 0, data, jpeg.length, tables.length);
    JpegHeader header = JpegMarkers.read(jpeg, Bloated.LIMITS);
    int strips = 1_000;
    byte[] places = new byte[8 * strips];
    for (int i = 0; i < strips; i++) {
      Bloated.put32(places, 4 * i, Tiffs.DATA + places.length);
      Bloated.put32(places, 4 * (strips + i), jpeg.length);
    }
    byte[] all = Bloated.join(places, data);
    byte[] tiff =
        Tiffs.grey(header.width(), header.height() * strips, TiffHeader.JPEG, 0)
            .with(Tiffs.ROWS, header.height())
            .withArray(Tiffs.OFFSETS, strips, Tiffs.DATA)
            .withArray(Tiffs.COUNTS, strips, Tiffs.DATA + 4L * strips)
            .withUndefined(347, tables.length, Tiffs.DATA + places.length + jpeg.length)
            .file(all);

    assertRefused(tiff);
  }

  /** Each group is a few bits of a file and tables of 12 kB for libwebp. */
  @Test
  void shouldCountTheCodeTablesOfAWebp() {
    for (boolean isAlpha : new boolean[] {false, true}) {
      byte[] most = WebpGroups.file(72, isAlpha);
      assertThat(ImageDecoder.standard().decode(most).width()).isEqualTo(288);
      assertThat(WebpHeader.read(most, Bloated.LIMITS).tableBytes())
          .isEqualTo(72L * 72 * 4 * 3_100);
      assertRefused(WebpGroups.file(74, isAlpha));
      assertRefused(WebpGroups.file(256, isAlpha));
    }
  }

  /** libwebp takes no notice of it and goes on to the groups, so we must. */
  @Test
  void shouldCountThemBehindASymbolThatACodeHasNoPlaceFor() {
    byte[] most = WebpGroups.withSymbolBeyond(72);
    assertThat(ImageDecoder.standard().decode(most).width()).isEqualTo(288);
    assertThat(WebpHeader.read(most, Bloated.LIMITS).tableBytes()).isEqualTo(72L * 72 * 4 * 3_100);
    assertRefused(WebpGroups.withSymbolBeyond(74));
  }

  @Test
  void shouldReadTheCodesOfEverySortOfWebp() {
    Random random = new Random(5);
    for (int i = 0; i < 60; i++) {
      int width = 1 + random.nextInt(300);
      int height = 1 + random.nextInt(300);
      int colours = 1 << random.nextInt(25);
      int step = 1 + random.nextInt(40);
      byte[] file =
          Encoder.webp(
              width,
              height,
              true,
              3 + i % 2,
              (x, y) -> (x / step * 0x51ed2701 + y / step * 0x3c6ef372) % colours << 3 | (x & 7));
      WebpHeader header = WebpHeader.read(file, Bloated.LIMITS);
      assertThat(header.tableBytes()).as("%d", i).isBetween(4L * 3_100, 32L << 20);
      assertThat(ImageDecoder.standard().decode(file).width()).as("%d", i).isEqualTo(width);
    }
  }

  @Test
  void shouldCountWhatStandsBesideThePicture() {
    Map<String, IntFunction<byte[]>> kinds = new LinkedHashMap<>();
    kinds.put("JPEG", Bloated::jpegWith);
    for (String chunk : new String[] {"iCCP", "eXIf", "tEXt", "zTXt", "iTXt"}) {
      kinds.put("PNG " + chunk, bytes -> Bloated.pngWith(chunk, bytes));
    }
    for (String chunk : new String[] {"ICCP", "EXIF", "XMP "}) {
      kinds.put("WebP " + chunk, bytes -> Bloated.webpWith(chunk, bytes));
    }
    kinds.put("GIF", Bloated::gifWith);
    for (int tag : new int[] {270, 700, 33_723, 34_377, 34_675}) {
      kinds.put("TIFF " + tag, bytes -> Bloated.tiffWith(tag, bytes));
    }
    kinds.forEach(
        (kind, file) -> {
          byte[] most = file.apply((int) Limits.MOST_ANCILLARY);
          assertThatCode(() -> ImageDecoder.standard().decode(most))
              .as(kind)
              .doesNotThrowAnyException();
          assertThatCode(() -> ImageDecoder.standard().withExifOrientation(true).decode(most))
              .as(kind)
              .doesNotThrowAnyException();
          TALLY.pass();
          assertRefused(file.apply((int) Limits.MOST_ANCILLARY + 1));
        });
  }

  @Test
  void shouldNotCountWhatNobodyReads() {
    int much = (int) Limits.MOST_ANCILLARY + 1;
    assertThat(ImageDecoder.standard().decode(Bloated.pngWith("prVt", much)).height()).isPositive();
    assertThat(ImageDecoder.standard().decode(Bloated.tiffWith(37_724, much)).height())
        .isPositive();
    TALLY.pass(2);
  }

  @Test
  void shouldKeepLittleOfManySmallMarkers() {
    byte[] file = Samples.read("jpeg-420-q75.jpg");
    byte[] markers = new byte[(int) Limits.MOST_ANCILLARY - 1_000];
    for (int i = 0; i + 4 <= markers.length; i += 4) {
      markers[i] = (byte) 0xff;
      markers[i + 1] = (byte) 0xe5;
      markers[i + 3] = 2;
    }
    byte[] many =
        Bloated.join(Arrays.copyOf(file, 2), markers, Arrays.copyOfRange(file, 2, file.length));
    assertLittle(many, 64 << 20);
  }

  @Test
  void shouldUnpackNoProfileAndOneTextAtMost() {
    byte[] zeros = Bloated.deflate(new byte[64 << 20]);
    byte[] profile = Bloated.join("icc\0\0".getBytes(StandardCharsets.ISO_8859_1), zeros);
    byte[] text =
        Bloated.join("Raw profile type exif\0\0".getBytes(StandardCharsets.ISO_8859_1), zeros);
    byte[] xmp =
        Bloated.join("XML:com.adobe.xmp\0\1\0\0\0".getBytes(StandardCharsets.ISO_8859_1), zeros);
    assertLittle(Bloated.pngWith(Bloated.chunk("iCCP", profile)), LITTLE);
    assertLittle(Bloated.pngWith(Bloated.chunk("zTXt", text)), LITTLE);
    byte[] small =
        Bloated.join(
            "Raw profile type exif\0\0".getBytes(StandardCharsets.ISO_8859_1),
            Bloated.deflate(new byte[9]));
    ByteArrayOutputStream many = new ByteArrayOutputStream();
    for (int i = 0; i < Bloated.MANY; i++) {
      many.writeBytes(Bloated.chunk("zTXt", small));
    }
    assertLittle(Bloated.pngWith(many.toByteArray()), 48 << 20);
    assertLittle(Bloated.pngWith(Bloated.chunk("iTXt", xmp)), LITTLE);
  }

  @Test
  void shouldDecodeOneOfManyFrames() {
    assertLittle(Bloated.manyFrames(Samples.read("gif-palette.gif")), LITTLE);
    assertLittle(Bloated.manyWebpFrames(), 64 << 20);
    assertLittle(Bloated.manyPngFrames(), 64 << 20);
    assertLittle(Bloated.manyDirectories(), LITTLE);
  }

  /** The picture, turned where it says so, costs little more than its file's length. */
  private static void assertLittle(byte[] file, long more) {
    ImageDecoder decoder = ImageDecoder.standard().withExifOrientation(true);
    decoder.decode(file); // loads what is loaded once
    long before = ProcessMemory.allocated();
    Pixels pixels = decoder.decode(file);
    long taken = ProcessMemory.allocated() - before;

    assertThat(taken).isLessThan(more + 2L * file.length + 4L * pixels.rgb().length);
    TALLY.pass();
  }

  private static void assertRefused(byte[] file) {
    long before = ProcessMemory.allocated();
    assertThatCode(() -> ImageDecoder.standard().decode(file))
        .isInstanceOfSatisfying(
            ImageException.class, e -> assertThat(e.reason()).isEqualTo(Reason.TOO_MUCH_WORK));
    assertThat(ProcessMemory.allocated() - before).isLessThan((16 << 20) + 2L * file.length);
    TALLY.pass();
  }
}
