// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

import java.util.Objects;

/**
 * A picture in memory: 8-bit RGB, {@code height x width x 3} bytes, rows from the top, R first, no
 * padding.
 *
 * <p>The bytes are not copied in or out. Whoever makes an instance gives them away, whoever reads
 * them leaves them unchanged; kept to, instances may be shared between threads.
 */
public final class Pixels {
  /** Samples a pixel. */
  static final int CHANNELS = 3;

  private final int width;
  private final int height;
  private final byte[] rgb;

  /**
   * Wraps samples.
   *
   * @param width at least 1
   * @param height at least 1
   * @param rgb {@code height * width * 3} samples, unsigned; not copied
   * @throws IllegalArgumentException if the sizes do not fit together
   */
  public Pixels(int width, int height, byte[] rgb) {
    Objects.requireNonNull(rgb);
    if (width < 1 || height < 1 || (long) width * height * CHANNELS != rgb.length) {
      throw new IllegalArgumentException(
          "a picture of " + width + " x " + height + " pixels has not " + rgb.length + " bytes");
    }
    this.width = width;
    this.height = height;
    this.rgb = rgb;
  }

  /** {@return pixels a row} */
  public int width() {
    return width;
  }

  /** {@return rows} */
  public int height() {
    return height;
  }

  /** {@return the samples themselves, not a copy: do not change them} */
  public byte[] rgb() {
    return rgb;
  }

  @Override
  public String toString() {
    return "Pixels[" + width + " x " + height + "]";
  }
}
