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
  static final int LONGEST_EDGE = 4096;

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

  private static BufferedImage image(Pixels pixels) {
    int width = pixels.width();
    BufferedImage image = new BufferedImage(width, pixels.height(), BufferedImage.TYPE_INT_RGB);
    image.getRaster().setPixels(0, 0, width, pixels.height(), samples(pixels.rgb()));
    return image;
  }

  private static int[] samples(byte[] rgb) {
    int[] samples = new int[rgb.length];
    for (int i = 0; i < rgb.length; i++) {
      samples[i] = rgb[i] & 0xff;
    }
    return samples;
  }
}
