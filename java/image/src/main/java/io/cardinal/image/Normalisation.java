// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

import java.util.Arrays;

/**
 * Bytes to floats: {@code (byte / 255 - mean) / std}, every operation rounded to float32, as
 * torchvision and timm do it. Nothing is folded: another order gives other last bits. 256 values
 * for each channel are the whole step.
 */
final class Normalisation {
  private static final int LEVELS = 256;

  private final float[] mean;
  private final float[] std;
  private final float[][] tables = new float[Pixels.CHANNELS][LEVELS];

  Normalisation(float[] mean, float[] std) {
    this.mean = mean.clone();
    this.std = std.clone();
    for (float[] values : new float[][] {mean, std}) {
      if (values.length != Pixels.CHANNELS) {
        throw new IllegalArgumentException(
            "mean and std take three values, R G B, not " + values.length);
      }
    }
    for (int channel = 0; channel < Pixels.CHANNELS; channel++) {
      fill(tables[channel], mean[channel], std[channel]);
    }
  }

  private static void fill(float[] table, float mean, float std) {
    if (!Float.isFinite(mean) || !Float.isFinite(std) || std <= 0) {
      throw new IllegalArgumentException(
          "mean must be finite and std above 0, are " + mean + " and " + std);
    }
    for (int level = 0; level < LEVELS; level++) {
      float unit = level / 255f;
      float centred = unit - mean;
      table[level] = centred / std;
    }
  }

  void apply(byte[] rgb, float[] out, int offset) {
    float[] red = tables[0];
    float[] green = tables[1];
    float[] blue = tables[2];
    for (int i = 0; i < rgb.length; i += Pixels.CHANNELS) {
      out[offset + i] = red[rgb[i] & 0xff];
      out[offset + i + 1] = green[rgb[i + 1] & 0xff];
      out[offset + i + 2] = blue[rgb[i + 2] & 0xff];
    }
  }

  float[] mean() {
    return mean.clone();
  }

  float[] std() {
    return std.clone();
  }

  @Override
  public String toString() {
    return "mean " + Arrays.toString(mean) + " std " + Arrays.toString(std);
  }
}
