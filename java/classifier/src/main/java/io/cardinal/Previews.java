// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal;

import io.cardinal.image.Interpolation;
import io.cardinal.image.Pixels;
import io.cardinal.image.Preprocessor;
import io.cardinal.image.Resize;
import java.awt.image.BufferedImage;

/** Small pictures to show. */
final class Previews {
  static final int LONGEST_EDGE = 1024;

  private static final float[] ZEROS = {0, 0, 0};
  private static final float[] ONES = {1, 1, 1};

  private Previews() {}

  /** The picture with no side longer than an edge; a thin one keeps a pixel. */
  static BufferedImage of(Pixels picture, int edge) {
    int longer = Math.max(picture.width(), picture.height());
    return longer <= edge
        ? image(picture)
        : image(
            resized(
                picture,
                scaled(picture.height(), edge, longer),
                scaled(picture.width(), edge, longer)));
  }

  private static int scaled(int side, int edge, int longer) {
    return (int) Math.max(1, Math.round((double) side * edge / longer));
  }

  private static Pixels resized(Pixels picture, int height, int width) {
    return Preprocessor.torchvision(
            Interpolation.BILINEAR, new Resize.Exact(height, width), height, width, ZEROS, ONES)
        .apply(picture);
  }

  /** Bytes that a preview takes while it is made: an upper bound. */
  static long bytes(int width, int height, int edge) {
    long firstPass = (long) BufferedImages.CHANNELS * Math.max(width, height) * edge;
    return firstPass + 2L * Integer.BYTES * edge * edge;
  }

  private static BufferedImage image(Pixels pixels) {
    int width = pixels.width();
    int height = pixels.height();
    byte[] rgb = pixels.rgb();
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    int[] row = new int[width];
    int from = 0;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        row[x] = (rgb[from] & 0xff) << 16 | (rgb[from + 1] & 0xff) << 8 | (rgb[from + 2] & 0xff);
        from += BufferedImages.CHANNELS;
      }
      image.getRaster().setDataElements(0, y, width, 1, row);
    }
    return image;
  }
}
