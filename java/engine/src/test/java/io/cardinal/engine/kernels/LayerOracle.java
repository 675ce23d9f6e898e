// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.kernels;

import io.cardinal.engine.graph.Shape;

/**
 * One output of a convolution at a time, in double, in the order in which the reference sums: full
 * layers of real networks take the reference too long, a sample of their outputs does not.
 */
final class LayerOracle {
  private final Layer layer;
  private final float[] input;
  private final double[] weights;

  LayerOracle(Layer layer, float[] input, double[] weights) {
    this.layer = layer;
    this.input = input;
    this.weights = weights;
  }

  /** The sum over the window; NHWC, weights [outputs, inputs / groups, kernel, kernel]. */
  double at(int n, int y, int x, int o) {
    Shape in = layer.input();
    int kernel = layer.op().kernel();
    int inputs = in.channels() / layer.op().groups();
    int first = o / (layer.op().outputs() / layer.op().groups()) * inputs;
    double sum = 0;
    for (int ky = 0; ky < kernel; ky++) {
      int iy = y * layer.op().stride() - layer.op().padding() + ky;
      if (iy < 0 || iy >= in.height()) {
        continue;
      }
      for (int kx = 0; kx < kernel; kx++) {
        int ix = x * layer.op().stride() - layer.op().padding() + kx;
        if (ix < 0 || ix >= in.width()) {
          continue;
        }
        int from = ((n * in.height() + iy) * in.width() + ix) * in.channels() + first;
        int tap = (o * inputs * kernel + ky) * kernel + kx;
        for (int c = 0; c < inputs; c++) {
          sum += input[from + c] * weights[tap + c * kernel * kernel];
        }
      }
    }
    return sum;
  }
}
