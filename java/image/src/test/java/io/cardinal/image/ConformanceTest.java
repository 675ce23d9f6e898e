// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cardinal.testing.Golden;
import io.cardinal.testing.Tally;
import io.cardinal.testing.Tar;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Row I6 of the reliability table: the pictures of others against their own answers, Pillow aside.
 * PNG exactly, JPEG within two levels, all orientations alike, and broken PNGs refused.
 */
@DisplayName("I6: pictures with a known answer")
class ConformanceTest {
  private static final Map<String, byte[]> FILES = new TreeMap<>();
  private static final Tally TALLY = new Tally("I6");

  @BeforeAll
  static void read() {
    assumeTrue(Golden.isWhole(), "needs the whole golden data, -Dcardinal.golden");
    Path tar = Golden.directory().resolveSibling("data").resolve("conformance.tar");
    Tar.forEach(tar, FILES::put);
  }

  @AfterAll
  static void print() {
    TALLY.print();
  }

  @Test
  void shouldGiveThePixelsOfPngSuite() throws IOException {
    int exact = 0;
    int refused = 0;
    for (String name : FILES.keySet()) {
      if (!name.startsWith("pngsuite/png/")) {
        continue;
      }
      byte[] file = file(name);
      if (name.startsWith("pngsuite/png/x")) {
        assertThatThrownBy(() -> ImageDecoder.standard().decode(file))
            .as(name)
            .isInstanceOf(ImageException.class);
        refused++;
      } else {
        String answer = name.replace("/png/", "/json/").replace(".png", ".json");
        assertThat(ImageDecoder.standard().decode(file).rgb())
            .as(name)
            .isEqualTo(rgb(new ObjectMapper().readTree(file(answer)), file));
        exact++;
      }
    }
    assertThat(exact).isEqualTo(161);
    assertThat(refused).isEqualTo(14);
    TALLY.pass(exact + refused);
  }

  /** RGBA samples of 8 or 16 bits; of 16 bits the high byte counts, of greys they are clamped. */
  private static byte[] rgb(JsonNode samples, byte[] png) {
    boolean deep = png[24] == 16;
    boolean grey = png[25] == 0;
    byte[] rgb = new byte[samples.size() / 4 * 3];
    for (int i = 0; i < rgb.length; i++) {
      int value = samples.get(i / 3 * 4 + i % 3).asInt();
      rgb[i] = (byte) (!deep ? value : grey ? Math.min(value, 255) : value >> 8);
    }
    return rgb;
  }

  @Test
  void shouldKeepToTheRuleOfJpegReftest() throws IOException {
    List<String> disabled =
        new String(file("jpeg-reftest/disabled.list"), StandardCharsets.UTF_8).lines().toList();
    int within = 0;
    int refused = 0;
    for (String name : FILES.keySet()) {
      String answer = name.replace(".jpg", ".png");
      if (!name.startsWith("jpeg-reftest/")
          || name.equals(answer)
          || !FILES.containsKey(answer)
          || disabled.contains(name.substring("jpeg-reftest/".length()))) {
        continue;
      }
      Pixels pixels;
      try {
        pixels = ImageDecoder.standard().decode(file(name));
      } catch (ImageException e) {
        assertThat(name).contains("/lossless/"); // of more than 8 bits
        assertThat(e.reason()).as(name).isEqualTo(ImageException.Reason.UNSUPPORTED);
        refused++;
        continue;
      }
      assertThat(largestDifference(pixels.rgb(), answer(file(answer))))
          .as(name)
          .isLessThanOrEqualTo(2);
      within++;
    }
    assertThat(within).isEqualTo(33);
    assertThat(refused).isEqualTo(10);
    TALLY.pass(within + refused);
  }

  /** The samples of a PNG by the JDK, those of 16 bits by their high byte. */
  private static byte[] answer(byte[] png) throws IOException {
    BufferedImage image =
        Objects.requireNonNull(ImageIO.read(new ByteArrayInputStream(png)), "a PNG");
    boolean palette = image.getColorModel() instanceof IndexColorModel;
    int bands = image.getRaster().getNumBands();
    int shift = palette ? 0 : image.getSampleModel().getSampleSize(0) - 8;
    byte[] rgb = new byte[image.getWidth() * image.getHeight() * 3];
    for (int i = 0; i < rgb.length; i++) {
      int x = i / 3 % image.getWidth();
      int y = i / 3 / image.getWidth();
      rgb[i] =
          (byte)
              (palette
                  ? image.getRGB(x, y) >> (16 - 8 * (i % 3))
                  : image.getRaster().getSample(x, y, bands < 3 ? 0 : i % 3) >> shift);
    }
    return rgb;
  }

  @Test
  void shouldTurnAllOrientationsToOnePicture() {
    ImageDecoder decoder = ImageDecoder.standard().withExifOrientation(true);
    for (String set : List.of("Landscape", "Portrait")) {
      Pixels upright = decoder.decode(file("exif-orientation/" + set + "_1.jpg"));
      for (int i = 0; i <= 8; i++) {
        Pixels turned = decoder.decode(file("exif-orientation/" + set + "_" + i + ".jpg"));

        assertThat(turned.width()).as("%s %d", set, i).isEqualTo(upright.width());
        // Each shows another digit, and was compressed in its own direction.
        assertThat(meanDifference(turned.rgb(), upright.rgb())).as("%s %d", set, i).isLessThan(4);
        TALLY.pass();
      }
    }
  }

  @Test
  void shouldDecodeArithmeticCodingLikeHuffmans() {
    assertThat(decode("libjpeg-turbo/testimgari.jpg"))
        .isEqualTo(decode("libjpeg-turbo/testimgint.jpg"));
    byte[] original = file("libjpeg-turbo/testorig.ppm");
    byte[] samples = decode("libjpeg-turbo/testorig.jpg");
    byte[] expected =
        Arrays.copyOfRange(original, original.length - samples.length, original.length);
    assertThat(largestDifference(samples, expected)).isLessThanOrEqualTo(3); // of another DCT
  }

  @Test
  void shouldAnswerOrRefuseAllOfThem() {
    int answers = 0;
    int refusals = 0;
    for (Map.Entry<String, byte[]> file : FILES.entrySet()) {
      if (file.getKey().matches(".*\\.(png|jpg|bmp)")) {
        try {
          ImageDecoder.standard().decode(file.getValue());
          answers++;
        } catch (ImageException e) {
          refusals++;
        }
      }
    }
    assertThat(answers).isEqualTo(276);
    assertThat(refusals).isEqualTo(25);
  }

  private static byte[] decode(String name) {
    return ImageDecoder.standard().decode(file(name)).rgb();
  }

  private static int largestDifference(byte[] one, byte[] other) {
    assertThat(one).hasSameSizeAs(other);
    int largest = 0;
    for (int i = 0; i < one.length; i++) {
      largest = Math.max(largest, Math.abs((one[i] & 0xff) - (other[i] & 0xff)));
    }
    return largest;
  }

  private static double meanDifference(byte[] one, byte[] other) {
    assertThat(one).hasSameSizeAs(other);
    long sum = 0;
    for (int i = 0; i < one.length; i++) {
      sum += Math.abs((one[i] & 0xff) - (other[i] & 0xff));
    }
    return (double) sum / one.length;
  }

  private static byte[] file(String name) {
    return Objects.requireNonNull(FILES.get(name), name);
  }
}
