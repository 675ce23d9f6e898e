// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal;

import io.cardinal.image.ImageException;
import io.cardinal.image.ImageException.Reason;
import io.cardinal.image.Pixels;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;

/**
 * The RGB samples of pictures that are in memory already.
 *
 * <p>The colour model says what a pixel is, with one exception: grey samples of 8 or 16 bits are
 * taken as they are (of 16 bits the upper 8), where {@link ColorModel#getRGB} would read them as
 * linear light and brighten them. So does everybody who draws such a picture or reads it from a
 * file.
 */
final class BufferedImages {
  static final int CHANNELS = 3;

  private BufferedImages() {}

  /** Refuses a picture of too many pixels. */
  static void checkPixels(BufferedImage image, long maxPixels) {
    int width = image.getWidth();
    int height = image.getHeight();
    if ((long) width * height > maxPixels) {
      throw new ImageException(
          Reason.TOO_MANY_PIXELS,
          "the picture is too large",
          "at most " + maxPixels + " pixels",
          width + " x " + height + " pixels",
          "make it smaller, or raise the limit if the picture is to be trusted");
    }
  }

  /** Copies the samples; alpha is dropped, never blended. */
  static Pixels pixels(BufferedImage image) {
    int width = image.getWidth();
    int height = image.getHeight();
    byte[] rgb = new byte[width * height * CHANNELS];
    switch (image.getType()) {
      case BufferedImage.TYPE_INT_RGB, BufferedImage.TYPE_INT_ARGB -> packed(image, rgb);
      case BufferedImage.TYPE_3BYTE_BGR -> interleaved(image, rgb, 3);
      case BufferedImage.TYPE_4BYTE_ABGR -> interleaved(image, rgb, 4);
      default -> {
        if (isPlainGrey(image.getColorModel())) {
          grey(image, rgb);
        } else {
          modelled(image, rgb);
        }
      }
    }
    return new Pixels(width, height, rgb);
  }

  private static void packed(BufferedImage image, byte[] rgb) {
    int width = image.getWidth();
    int[] row = new int[width];
    for (int y = 0; y < image.getHeight(); y++) {
      image.getRaster().getDataElements(0, y, width, 1, row);
      unpack(row, rgb, y * width * CHANNELS);
    }
  }

  /** A raster gives its bands in the order R, G, B, A, however they stand in memory. */
  private static void interleaved(BufferedImage image, byte[] rgb, int bands) {
    int width = image.getWidth();
    byte[] row = new byte[width * bands];
    for (int y = 0; y < image.getHeight(); y++) {
      image.getRaster().getDataElements(0, y, width, 1, row);
      int target = y * width * CHANNELS;
      for (int source = 0; source < row.length; source += bands) {
        rgb[target++] = row[source];
        rgb[target++] = row[source + 1];
        rgb[target++] = row[source + 2];
      }
    }
  }

  private static boolean isPlainGrey(ColorModel model) {
    return model instanceof ComponentColorModel
        && model.getColorSpace().equals(ColorSpace.getInstance(ColorSpace.CS_GRAY))
        && !model.isAlphaPremultiplied()
        && (model.getTransferType() == DataBuffer.TYPE_BYTE
            || model.getTransferType() == DataBuffer.TYPE_USHORT)
        && model.getComponentSize(0) == DataBuffer.getDataTypeSize(model.getTransferType());
  }

  private static void grey(BufferedImage image, byte[] rgb) {
    int width = image.getWidth();
    int shift = image.getColorModel().getComponentSize(0) - Byte.SIZE;
    Raster raster = image.getRaster();
    int[] row = new int[width];
    int target = 0;
    for (int y = 0; y < image.getHeight(); y++) {
      raster.getSamples(0, y, width, 1, 0, row);
      for (int sample : row) {
        byte value = (byte) (sample >> shift);
        rgb[target++] = value;
        rgb[target++] = value;
        rgb[target++] = value;
      }
    }
  }

  private static void modelled(BufferedImage image, byte[] rgb) {
    int width = image.getWidth();
    int[] row = new int[width];
    for (int y = 0; y < image.getHeight(); y++) {
      image.getRGB(0, y, width, 1, row, 0, width);
      unpack(row, rgb, y * width * CHANNELS);
    }
  }

  private static void unpack(int[] row, byte[] rgb, int first) {
    int target = first;
    for (int pixel : row) {
      rgb[target++] = (byte) (pixel >> 16);
      rgb[target++] = (byte) (pixel >> 8);
      rgb[target++] = (byte) pixel;
    }
  }
}
