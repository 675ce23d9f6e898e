// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli.report;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Pictures inside a page. */
final class DataUri {
  private static final int SMALL = 64;
  private static final float JPEG_QUALITY = 0.85f;

  private DataUri() {}

  /** Whether a picture is shown larger than it is, so that its pixels can be seen. */
  static boolean isSmall(BufferedImage picture) {
    return Math.max(picture.getWidth(), picture.getHeight()) <= SMALL;
  }

  /** An RGB picture: JPEG, or PNG where it is so small that JPEG would show. */
  static String ofPhotograph(BufferedImage picture) {
    return of(picture, isSmall(picture) ? "png" : "jpeg");
  }

  /** A drawing of any type: PNG. */
  static String ofDrawing(BufferedImage picture) {
    return of(picture, "png");
  }

  private static String of(BufferedImage picture, String format) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageWriter writer = ImageIO.getImageWritersByFormatName(format).next();
    try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      writer.setOutput(out);
      ImageWriteParam parameters = writer.getDefaultWriteParam();
      if (format.equals("jpeg")) {
        parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        parameters.setCompressionQuality(JPEG_QUALITY);
      }
      writer.write(null, new IIOImage(picture, null, null), parameters);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory takes everything
    } finally {
      writer.dispose();
    }
    return "data:image/"
        + format
        + ";base64,"
        + Base64.getEncoder().encodeToString(bytes.toByteArray());
  }
}
