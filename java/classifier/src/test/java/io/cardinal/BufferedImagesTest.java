// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cardinal.image.ImageException;
import io.cardinal.image.ImageException.Reason;
import java.awt.Graphics2D;
import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.DirectColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.WritableRaster;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Samples of pictures of every type. */
class BufferedImagesTest {
  private static final int WIDTH = 17;
  private static final int HEIGHT = 5;
  private static final long SEED = 4;

  @ParameterizedTest
  @ValueSource(
      ints = {
        BufferedImage.TYPE_INT_RGB,
        BufferedImage.TYPE_INT_BGR,
        BufferedImage.TYPE_3BYTE_BGR,
        BufferedImage.TYPE_INT_ARGB,
        BufferedImage.TYPE_4BYTE_ABGR
      })
  void shouldGiveEverySampleAndDropAlpha(int type) {
    BufferedImage image = new BufferedImage(WIDTH, HEIGHT, type);
    byte[] expected = fill(image);
    assertThat(rgb(image)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        BufferedImage.TYPE_INT_RGB,
        BufferedImage.TYPE_3BYTE_BGR,
        BufferedImage.TYPE_4BYTE_ABGR,
        BufferedImage.TYPE_BYTE_GRAY
      })
  void shouldTakeAPartOfAPicture(int type) {
    BufferedImage whole = new BufferedImage(WIDTH, HEIGHT, type);
    fill(whole);
    byte[] all = rgb(whole);
    byte[] part = rgb(whole.getSubimage(3, 1, 8, 3));
    for (int y = 0; y < 3; y++) {
      for (int x = 0; x < 8 * 3; x++) {
        assertThat(part[y * 8 * 3 + x]).isEqualTo(all[((y + 1) * WIDTH + 3) * 3 + x]);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        BufferedImage.TYPE_USHORT_565_RGB,
        BufferedImage.TYPE_USHORT_555_RGB,
        BufferedImage.TYPE_BYTE_BINARY,
        BufferedImage.TYPE_BYTE_INDEXED,
        BufferedImage.TYPE_INT_ARGB_PRE,
        BufferedImage.TYPE_4BYTE_ABGR_PRE
      })
  void shouldGiveWhatTheColourModelSays(int type) {
    BufferedImage image = new BufferedImage(WIDTH, HEIGHT, type);
    fill(image);
    assertThat(rgb(image)).isEqualTo(modelled(image));
  }

  @Test
  void shouldReadPalettesAndCustomLayouts() {
    byte[] reds = {1, 2, (byte) 250, 4};
    byte[] greens = {5, 6, 7, (byte) 200};
    byte[] blues = {9, 10, 11, 12};
    byte[] alphas = {0, (byte) 128, (byte) 255, 0};
    ColorModel palette = new IndexColorModel(8, 4, reds, greens, blues, alphas);
    BufferedImage indexed =
        new BufferedImage(palette, palette.createCompatibleWritableRaster(4, 1), false, null);
    indexed.getRaster().setPixels(0, 0, 4, 1, new int[] {0, 1, 2, 3});
    assertThat(rgb(indexed))
        .isEqualTo(new byte[] {1, 5, 9, 2, 6, 10, (byte) 250, 7, 11, 4, (byte) 200, 12});

    ColorModel odd = new DirectColorModel(24, 0x0000ff, 0xff0000, 0x00ff00);
    BufferedImage custom =
        new BufferedImage(odd, odd.createCompatibleWritableRaster(1, 1), false, null);
    assertThat(custom.getType()).isEqualTo(BufferedImage.TYPE_CUSTOM);
    custom.getRaster().setDataElements(0, 0, new int[] {0x112233});
    assertThat(rgb(custom)).isEqualTo(new byte[] {0x33, 0x11, 0x22});
  }

  @Test
  void shouldTakeGreySamplesAsTheyAreAndAsTheyAreDrawn() {
    BufferedImage grey = new BufferedImage(256, 1, BufferedImage.TYPE_BYTE_GRAY);
    BufferedImage deep = new BufferedImage(256, 1, BufferedImage.TYPE_USHORT_GRAY);
    WritableRaster withAlpha = greyAlpha().createCompatibleWritableRaster(256, 1);
    for (int i = 0; i < 256; i++) {
      grey.getRaster().setSample(i, 0, 0, i);
      deep.getRaster().setSample(i, 0, 0, i << 8 | 0x7f);
      withAlpha.setPixel(i, 0, new int[] {i, 255 - i});
    }
    BufferedImage drawn = new BufferedImage(256, 1, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = drawn.createGraphics();
    graphics.drawImage(grey, 0, 0, null);
    graphics.dispose();
    byte[] expected = new byte[256 * 3];
    for (int i = 0; i < expected.length; i++) {
      expected[i] = (byte) (i / 3);
    }
    assertThat(rgb(grey)).isEqualTo(expected);
    assertThat(rgb(drawn)).isEqualTo(expected);
    assertThat(rgb(deep)).isEqualTo(expected);
    assertThat(rgb(new BufferedImage(greyAlpha(), withAlpha, false, null))).isEqualTo(expected);
  }

  @Test
  void shouldRefuseTooManyPixels() {
    BufferedImage image = new BufferedImage(10, 10, BufferedImage.TYPE_INT_RGB);
    BufferedImages.checkPixels(image, 100);
    assertThatThrownBy(() -> BufferedImages.checkPixels(image, 99))
        .isInstanceOfSatisfying(
            ImageException.class, e -> assertThat(e.reason()).isEqualTo(Reason.TOO_MANY_PIXELS))
        .hasMessageContaining("10 x 10");
  }

  private static ColorModel greyAlpha() {
    return new ComponentColorModel(
        ColorSpace.getInstance(ColorSpace.CS_GRAY),
        true,
        false,
        Transparency.TRANSLUCENT,
        DataBuffer.TYPE_BYTE);
  }

  private static byte[] rgb(BufferedImage image) {
    return BufferedImages.pixels(image).rgb();
  }

  /** Sets random colours, also of transparent pixels, and gives their samples. */
  private static byte[] fill(BufferedImage image) {
    Random random = new Random(SEED);
    byte[] rgb = new byte[WIDTH * HEIGHT * 3];
    for (int i = 0; i < WIDTH * HEIGHT; i++) {
      int argb = random.nextInt();
      image.setRGB(i % WIDTH, i / WIDTH, argb);
      rgb[3 * i] = (byte) (argb >> 16);
      rgb[3 * i + 1] = (byte) (argb >> 8);
      rgb[3 * i + 2] = (byte) argb;
    }
    return rgb;
  }

  private static byte[] modelled(BufferedImage image) {
    byte[] rgb = new byte[WIDTH * HEIGHT * 3];
    for (int i = 0; i < WIDTH * HEIGHT; i++) {
      int argb = image.getRGB(i % WIDTH, i / WIDTH);
      rgb[3 * i] = (byte) (argb >> 16);
      rgb[3 * i + 1] = (byte) (argb >> 8);
      rgb[3 * i + 2] = (byte) argb;
    }
    return rgb;
  }
}
