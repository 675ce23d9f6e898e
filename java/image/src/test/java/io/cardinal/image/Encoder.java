// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

import static org.bytedeco.leptonica.global.leptonica.pixCreate;
import static org.bytedeco.leptonica.global.leptonica.pixDestroy;
import static org.bytedeco.leptonica.global.leptonica.pixSetPixel;
import static org.bytedeco.leptonica.global.leptonica.pixSetSpp;
import static org.bytedeco.leptonica.global.leptonica.pixWriteMemWebP;

import java.util.function.IntBinaryOperator;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.SizeTPointer;
import org.bytedeco.leptonica.PIX;

/** Writes good WebPs. */
final class Encoder {
  private static final int QUALITY = 80;

  private Encoder() {}

  /** A black one. */
  static byte[] webp(int width, int height, boolean isLossless, int samples) {
    return webp(width, height, isLossless, samples, null);
  }

  /** One of these words of red, green, blue and alpha at each column and row. */
  static byte[] webp(
      int width, int height, boolean isLossless, int samples, IntBinaryOperator words) {
    PIX raster = pixCreate(width, height, 32);
    pixSetSpp(raster, samples);
    for (int i = 0; words != null && i < width * height; i++) {
      pixSetPixel(raster, i % width, i / width, words.applyAsInt(i % width, i / width));
    }
    try (BytePointer data = new BytePointer((BytePointer) null);
        SizeTPointer size = new SizeTPointer(1)) {
      if (pixWriteMemWebP(data, size, raster, QUALITY, isLossless ? 1 : 0) != 0) {
        throw new AssertionError("no WebP was written");
      }
      byte[] file = new byte[(int) size.get()];
      data.get(file);
      return file;
    } finally {
      pixDestroy(raster);
    }
  }
}
