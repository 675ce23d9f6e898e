// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.benchmarks;

import io.cardinal.image.CropMode;
import io.cardinal.image.Interpolation;
import io.cardinal.image.Preprocessor;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

/**
 * A picture for benchmarks: parts of four of the photographs in {@code examples/photos}, unscaled,
 * since how long a JPEG takes depends on the detail in it.
 */
final class Pictures {
  /** The size of an ordinary ImageNet photograph. */
  static final int WIDTH = 500;

  /** See {@link #WIDTH}. */
  static final int HEIGHT = 375;

  private static final float JPEG_QUALITY = 0.9f;
  private static final List<String> PHOTOGRAPHS =
      List.of("mastiff.jpg", "sailing-ship.jpg", "oystercatcher.jpg", "yellow-cab.jpg");

  private static final float[] MEAN = {0.485f, 0.456f, 0.406f};
  private static final float[] STD = {0.229f, 0.224f, 0.225f};

  private Pictures() {}

  /** Resizes to 256, crops to 224 and normalises by ImageNet's statistics. */
  static Preprocessor preprocessor(Interpolation filter) {
    return Preprocessor.timm(filter, 224, 224, 0.875, CropMode.CENTER, MEAN, STD);
  }

  /** The bytes of a file; {@code format} is {@code jpg} or {@code png}. */
  static byte[] file(String format) throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName(format).next();
    ImageWriteParam parameters = writer.getDefaultWriteParam();
    if (format.equals("jpg")) {
      parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      parameters.setCompressionQuality(JPEG_QUALITY);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
      writer.setOutput(out);
      writer.write(null, new IIOImage(picture(), null, null), parameters);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  private static BufferedImage picture() throws IOException {
    BufferedImage picture = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = picture.createGraphics();
    for (int i = 0; i < PHOTOGRAPHS.size(); i++) {
      int left = i % 2 * (WIDTH / 2);
      int top = i / 2 * (HEIGHT / 2);
      graphics.drawImage(photograph(PHOTOGRAPHS.get(i)), left, top, null);
    }
    graphics.dispose();
    return picture;
  }

  private static BufferedImage photograph(String name) throws IOException {
    return ImageIO.read(new ByteArrayInputStream(resource("/photos/" + name)));
  }

  /** A file of the benchmarks' jar, from this package or, after a slash, from the root. */
  static byte[] resource(String name) throws IOException {
    try (InputStream in = Pictures.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IOException("not in the benchmarks' jar: " + name);
      }
      return in.readAllBytes();
    }
  }
}
