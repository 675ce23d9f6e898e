// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

import java.util.Arrays;

/**
 * The inner loops of a resize. All sums fit 32 bits: the absolute weights of a target sample add up
 * to less than 2 in fixed point, times 255.
 */
final class ResampleLoops {
  private ResampleLoops() {}

  /**
   * One row of a pass across.
   *
   * @param origin the index in {@code in} of source column 0 of this row
   * @param to the index in {@code out} of the first target pixel
   * @param count target pixels
   */
  static void row(byte[] in, int origin, Coefficients coefficients, byte[] out, int to, int count) {
    int[] weights = coefficients.weights();
    int target = to;
    for (int i = 0; i < count; i++) {
      int source = origin + coefficients.first(i) * Pixels.CHANNELS;
      int start = coefficients.offset(i);
      int end = start + coefficients.taps(i);
      int red = Coefficients.HALF;
      int green = Coefficients.HALF;
      int blue = Coefficients.HALF;
      for (int t = start; t < end; t++) {
        int weight = weights[t];
        red += weight * (in[source] & 0xff);
        green += weight * (in[source + 1] & 0xff);
        blue += weight * (in[source + 2] & 0xff);
        source += Pixels.CHANNELS;
      }
      out[target] = toByte(red);
      out[target + 1] = toByte(green);
      out[target + 2] = toByte(blue);
      target += Pixels.CHANNELS;
    }
  }

  /**
   * One target row of a pass down.
   *
   * @param from the index in {@code in} of the first sample of the first source row
   * @param stride samples from a source row to the next
   * @param index which target row of {@code coefficients}
   * @param sums room for one row
   * @param to the index in {@code out} of the target row
   */
  static void column(
      byte[] in,
      int from,
      int stride,
      Coefficients coefficients,
      int index,
      int[] sums,
      byte[] out,
      int to) {
    int[] weights = coefficients.weights();
    int start = coefficients.offset(index);
    int taps = coefficients.taps(index);
    Arrays.fill(sums, Coefficients.HALF);
    int t = 0;
    for (; t + 4 <= taps; t += 4) {
      addFour(in, from + t * stride, stride, weights, start + t, sums);
    }
    for (; t < taps; t++) {
      add(in, from + t * stride, weights[start + t], sums);
    }
    for (int i = 0; i < sums.length; i++) {
      out[to + i] = toByte(sums[i]);
    }
  }

  private static void add(byte[] in, int from, int weight, int[] sums) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] += weight * (in[from + i] & 0xff);
    }
  }

  private static void addFour(byte[] in, int from, int stride, int[] weights, int at, int[] sums) {
    int w0 = weights[at];
    int w1 = weights[at + 1];
    int w2 = weights[at + 2];
    int w3 = weights[at + 3];
    for (int i = 0; i < sums.length; i++) {
      int p = from + i;
      sums[i] +=
          w0 * (in[p] & 0xff)
              + w1 * (in[p + stride] & 0xff)
              + w2 * (in[p + 2 * stride] & 0xff)
              + w3 * (in[p + 3 * stride] & 0xff);
    }
  }

  private static byte toByte(int sum) {
    return (byte) Math.max(0, Math.min(255, sum >> Coefficients.BITS));
  }
}
