// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.HexFormat;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * The JPEG decoder of the JDK, for the samples of four components as they are. Some JDKs bring
 * libjpeg 6b, others use the libjpeg-turbo of the system.
 */
final class JdkJpeg {
  private static final String READER = "com.sun.imageio.plugins.jpeg.JPEGImageReader";

  /** Four components of 8 x 32 pixels; the second has half the rows, 128 above and 228 below. */
  private static final String HALF_THE_ROWS =
      "ffd8ffdb004300"
          + "08".repeat(64)
          + "ffc00014080020000804011200021100031200041100ffc40015000101000000"
          + "00000000000000000000000007ffc40014100100000000000000000000000000"
          + "000000ffda000e040100020003000400003f000000b200ffd9";

  /** In the probe, the last row of the upper half and its untouched value. */
  private static final int EDGE_ROW = 15;

  private static final int UPPER_VALUE = 128;

  private JdkJpeg() {}

  /**
   * Whether rows at half density are repeated, as libjpeg 6b does, and not interpolated, as
   * libjpeg-turbo does.
   */
  static boolean repeatsRows() {
    return Probe.REPEATS_ROWS;
  }

  /**
   * Decodes a file of four components that states no colours.
   *
   * @param length bytes of it
   * @return four samples a pixel
   * @throws ImageException if there is damage, also such as a JPEG decoder only warns of
   */
  static byte[] samples(byte[] file, int length, int width, int height) {
    ImageReader reader = reader();
    boolean[] warned = new boolean[1];
    reader.addIIOReadWarningListener((source, warning) -> warned[0] = true);
    try (MemoryCacheImageInputStream in =
        new MemoryCacheImageInputStream(new ByteArrayInputStream(file, 0, length))) {
      reader.setInput(in, true, true);
      Raster raster = reader.readRaster(0, null);
      if (warned[0]
          || raster.getWidth() != width
          || raster.getHeight() != height
          || raster.getNumBands() != Cmyk.INKS) {
        throw damaged();
      }
      byte[] samples = new byte[width * height * Cmyk.INKS];
      byte[] row = new byte[width * Cmyk.INKS];
      for (int y = 0; y < height; y++) {
        raster.getDataElements(0, y, width, 1, row);
        System.arraycopy(row, 0, samples, y * row.length, row.length);
      }
      return samples;
    } catch (IOException | IllegalArgumentException | IndexOutOfBoundsException e) {
      throw damaged();
    } finally {
      reader.dispose();
    }
  }

  /** The JDK's own reader, whatever else is on the class path. */
  private static ImageReader reader() {
    Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName("jpeg");
    while (readers.hasNext()) {
      ImageReader reader = readers.next();
      if (reader.getClass().getName().equals(READER)) {
        return reader;
      }
    }
    throw Refusal.unsupported(
        ImageKind.JPEG, "1 or 3 components", "4 components, and a Java without its JPEG reader");
  }

  private static ImageException damaged() {
    return Refusal.corrupt(ImageKind.JPEG, "data of 4 components", "an error in it");
  }

  /** Decoded once, when the first file needs it. */
  private static final class Probe {
    private static final boolean REPEATS_ROWS;

    static {
      byte[] file = HexFormat.of().parseHex(HALF_THE_ROWS);
      byte[] samples = samples(file, file.length, 8, 32);
      REPEATS_ROWS = (samples[EDGE_ROW * 8 * Cmyk.INKS + 1] & 0xff) == UPPER_VALUE;
    }
  }
}
