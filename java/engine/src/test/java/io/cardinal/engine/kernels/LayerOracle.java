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
    int row = groupInputs * taps;
    int end;
    for (int first = 0; first < layer.op().outputs(); first = end) {
      end = Math.min(first + 8, (first / groupOutputs + 1) * groupOutputs);
      int group = first / groupOutputs * groupOutputs * row;
      for (int c = 0; c < groupInputs; c++) {
        for (int tap = 0; tap < taps; tap++) {
          int to = group + (tap * groupInputs + c) * groupOutputs + first % groupOutputs;
          for (int o = first; o < end; o++) { // a cache line of them, where there are so many
            all[to++] = given[o * row + c * taps + tap];
          }
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
    int c = 0;
    for (; c + 4 <= groupInputs; c += 4) { // one behind the other, without a trip to memory
      double first = input[from + c];
      double second = input[from + c + 1];
      double third = input[from + c + 2];
      double fourth = input[from + c + 3];
      int row = weight + c * groupOutputs;
      for (int o = 0; o < groupOutputs; o++) {
        double sum = into[to + o] + first * weights[row + o];
        sum += second * weights[row + groupOutputs + o];
        sum += third * weights[row + 2 * groupOutputs + o];
        into[to + o] = sum + fourth * weights[row + 3 * groupOutputs + o];
      }
    }
    for (; c < groupInputs; c++) {
      double value = input[from + c];
      int row = weight + c * groupOutputs;
      for (int o = 0; o < groupOutputs; o++) {
        into[to + o] += value * weights[row + o];
      }
    }
  }
}
