// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

/** Inks to RGB as Pillow converts them, without a colour profile. */
final class Cmyk {
  static final int INKS = 4;

  private Cmyk() {}

  /**
   * Converts pixels.
   *
   * @param cmyk four samples a pixel, 0 for no ink
   * @return three samples a pixel
   */
  static byte[] toRgb(byte[] cmyk) {
    byte[] rgb = new byte[cmyk.length / INKS * Pixels.CHANNELS];
    int source = 0;
    for (int target = 0; target < rgb.length; target += Pixels.CHANNELS) {
      int light = 255 - (cmyk[source + 3] & 0xff);
      rgb[target] = paint(cmyk[source], light);
      rgb[target + 1] = paint(cmyk[source + 1], light);
      rgb[target + 2] = paint(cmyk[source + 2], light);
      source += INKS;
    }
    return rgb;
  }

  /** What an ink leaves of the light that the black ink leaves. */
  static byte paint(byte ink, int light) {
    int product = (ink & 0xff) * light + 128;
    return (byte) Math.max(0, light - ((product + (product >> 8)) >> 8));
  }
}
