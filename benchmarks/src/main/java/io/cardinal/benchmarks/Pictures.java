// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.benchmarks;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;

/**
 * Pictures made for benchmarks: smooth colours, some edges and a little noise, as photographs have.
 */
final class Pictures {
  /** The size of an ordinary ImageNet photograph. */
  static final int WIDTH = 500;

  /** See {@link #WIDTH}. */
  static final int HEIGHT = 375;

  private Pictures() {}

  /** The bytes of a file; {@code format} is {@code jpg} or {@code png}. */
  static byte[] file(String format) throws IOException {
    BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
    SplittableRandom random = new SplittableRandom(7);
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        int red = (int) (127 + 100 * Math.sin(x / 37.0 + y / 91.0)) + random.nextInt(12);
        int green = (int) (127 + 100 * Math.cos(y / 23.0 - x / 57.0)) + random.nextInt(12);
        int blue = (x / 40 + y / 40) % 2 * 90 + 60 + random.nextInt(12);
        image.setRGB(x, y, red << 16 | green << 8 | blue);
      }
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    if (!ImageIO.write(image, format, bytes)) {
      throw new IOException("no writer for " + format);
    }
    return bytes.toByteArray();
  }
}
