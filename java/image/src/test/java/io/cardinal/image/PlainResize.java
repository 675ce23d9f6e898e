// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

/**
 * Pillow's resize as {@code golden/preprocess/README.md} describes it: whole pictures, one sample
 * at a time, nothing shared with the code under test.
 */
final class PlainResize {
  private PlainResize() {}

  static Pixels resize(Pixels in, int height, int width, Interpolation filter) {
    boolean columnsFirst = in.height() > height && in.height() - height > 2 * (in.width() - width);
    if (columnsFirst) {
      return across(transpose(across(transpose(in), height, filter)), width, filter);
    }
    return transpose(across(transpose(across(in, width, filter)), height, filter));
  }

  static Pixels centreCrop(Pixels in, int side) {
    byte[] out = new byte[side * side * 3];
    int top = offset(in.height(), side);
    int left = offset(in.width(), side);
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        int row = y + top;
        int column = x + left;
        if (row >= 0 && row < in.height() && column >= 0 && column < in.width()) {
          for (int c = 0; c < 3; c++) {
            out[(y * side + x) * 3 + c] = in.rgb()[(row * in.width() + column) * 3 + c];
          }
        }
      }
    }
    return new Pixels(side, side, out);
  }

  private static int offset(int size, int side) {
    return size < side ? -((side - size) / 2) : (int) Math.rint((size - side) / 2.0);
  }

  private static Pixels across(Pixels in, int to, Interpolation filter) {
    int from = in.width();
    if (from == to) {
      return in;
    }
    byte[] out = new byte[in.height() * to * 3];
    for (int x = 0; x < to; x++) {
      double scale = (double) from / to;
      double stretch = Math.max(scale, 1.0);
      double support = (filter == Interpolation.BILINEAR ? 1.0 : 2.0) * stretch;
      double center = (x + 0.5) * scale;
      int first = Math.max(0, (int) (center - support + 0.5));
      int end = Math.min(from, (int) (center + support + 0.5));
      double[] weights = new double[end - first];
      double total = 0;
      for (int i = 0; i < weights.length; i++) {
        weights[i] = weight(filter, (first + i - center + 0.5) * (1.0 / stretch));
        total += weights[i];
      }
      for (int y = 0; y < in.height(); y++) {
        for (int c = 0; c < 3; c++) {
          long sum = 1L << 21;
          for (int i = 0; i < weights.length; i++) {
            double normal = weights[i] / total;
            long k = (long) (normal * (1 << 22) + (normal < 0 ? -0.5 : 0.5));
            sum += k * (in.rgb()[(y * from + first + i) * 3 + c] & 0xff);
          }
          out[(y * to + x) * 3 + c] = (byte) Math.max(0, Math.min(255, sum >> 22));
        }
      }
    }
    return new Pixels(to, in.height(), out);
  }

  private static double weight(Interpolation filter, double distance) {
    double t = Math.abs(distance);
    if (filter == Interpolation.BILINEAR) {
      return t < 1 ? 1 - t : 0;
    }
    if (t < 1) {
      return (1.5 * t - 2.5) * t * t + 1;
    }
    return t < 2 ? (((t - 5) * t + 8) * t - 4) * -0.5 : 0;
  }

  private static Pixels transpose(Pixels in) {
    byte[] out = new byte[in.rgb().length];
    for (int y = 0; y < in.height(); y++) {
      for (int x = 0; x < in.width(); x++) {
        for (int c = 0; c < 3; c++) {
          out[(x * in.height() + y) * 3 + c] = in.rgb()[(y * in.width() + x) * 3 + c];
        }
      }
    }
    return new Pixels(in.height(), in.width(), out);
  }
}
