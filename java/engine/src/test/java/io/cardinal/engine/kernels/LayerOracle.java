// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.kernels;

import io.cardinal.engine.graph.Shape;

/**
 * All outputs of a convolution at one pixel, in double, in the order in which the reference sums:
 * full layers of real networks take the reference too long. Channels are summed side by side, each
 * in that order.
 */
final class LayerOracle {
  private final Layer layer;
  private final float[] input;

  /** [groups, kernel, kernel, inputs of a group, outputs of a group]. */
  private final double[] weights;

  private final int groupInputs;
  private final int groupOutputs;

  /**
   * A layer and its data.
   *
   * @param input NHWC
   * @param weights [outputs, inputs / groups, kernel, kernel]
   */
  LayerOracle(Layer layer, float[] input, double[] weights) {
    this.layer = layer;
    this.input = input;
    this.groupInputs = layer.input().channels() / layer.op().groups();
    this.groupOutputs = layer.op().outputs() / layer.op().groups();
    this.weights = transpose(weights, layer.op().kernel() * layer.op().kernel());
  }

  private double[] transpose(double[] given, int taps) {
    double[] all = new double[given.length];
    int at = 0;
    for (int o = 0; o < layer.op().outputs(); o++) {
      int group = o / groupOutputs * groupOutputs * groupInputs * taps;
      for (int c = 0; c < groupInputs; c++) {
        for (int tap = 0; tap < taps; tap++) {
          all[group + (tap * groupInputs + c) * groupOutputs + o % groupOutputs] = given[at++];
        }
      }
    }
    return all;
  }

  /** Puts the sums over the window of a pixel into an array, from some index on. */
  void sums(int n, int y, int x, double[] into, int first) {
    Shape in = layer.input();
    int kernel = layer.op().kernel();
    for (int group = 0; group < layer.op().groups(); group++) {
      int to = first + group * groupOutputs;
      for (int ky = 0; ky < kernel; ky++) {
        int iy = y * layer.op().stride() - layer.op().padding() + ky;
        for (int kx = 0; kx < kernel; kx++) {
          int ix = x * layer.op().stride() - layer.op().padding() + kx;
          if (0 <= iy && iy < in.height() && 0 <= ix && ix < in.width()) {
            int pixel = ((n * in.height() + iy) * in.width() + ix) * in.channels();
            int tap = (group * kernel + ky) * kernel + kx;
            add(pixel + group * groupInputs, tap * groupInputs * groupOutputs, into, to);
          }
        }
      }
    }
  }

  private void add(int from, int weight, double[] into, int to) {
    for (int c = 0; c < groupInputs; c++) {
      double value = input[from + c];
      int row = weight + c * groupOutputs;
      for (int o = 0; o < groupOutputs; o++) {
        into[to + o] += value * weights[row + o];
      }
    }
  }
}
