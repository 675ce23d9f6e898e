// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.kernels.reference;

import io.cardinal.engine.graph.Op.Convolution;
import io.cardinal.engine.graph.Shape;

/**
 * A grouped convolution: {@code out[n,y,x,o] = relu(bias[o] + sum over the window and the group's
 * inputs of in * weight + residual)}; what lies outside the map counts as zero.
 *
 * <p>Weights are [outputs, inputs / groups, kernel, kernel]. The output may stand on the residual:
 * each of its elements is read before it is written.
 */
final class ConvolutionReference extends ReferenceKernel {
  private final Convolution op;
  private final Shape in;
  private final Shape out;
  private final double[] weight;
  private final double[] bias;

  ConvolutionReference(Convolution op, Shape in, Shape out, double[] weight, double[] bias) {
    this.op = op;
    this.in = in;
    this.out = out;
    this.weight = weight;
    this.bias = bias;
  }

  @Override
  void run(double[] arena, int[] inputs, int output) {
    int at = 0;
    for (int n = 0; n < out.batch(); n++) {
      for (int y = 0; y < out.height(); y++) {
        for (int x = 0; x < out.width(); x++) {
          for (int o = 0; o < out.channels(); o++, at++) {
            double sum = bias[o] + window(arena, inputs[0], n, y, x, o);
            if (op.hasResidual()) {
              sum += arena[inputs[1] + at];
            }
            arena[output + at] = op.hasRelu() ? Math.max(sum, 0) : sum;
          }
        }
      }
    }
  }

  private double window(double[] arena, int input, int n, int y, int x, int o) {
    int kernel = op.kernel();
    int groupInputs = in.channels() / op.groups();
    int firstChannel = o / (out.channels() / op.groups()) * groupInputs;
    double sum = 0;
    for (int ky = 0; ky < kernel; ky++) {
      int iy = y * op.stride() - op.padding() + ky;
      if (iy < 0 || iy >= in.height()) {
        continue;
      }
      for (int kx = 0; kx < kernel; kx++) {
        int ix = x * op.stride() - op.padding() + kx;
        if (ix < 0 || ix >= in.width()) {
          continue;
        }
        int pixel = input + ((n * in.height() + iy) * in.width() + ix) * in.channels();
        int tap = (o * groupInputs * kernel + ky) * kernel + kx;
        for (int c = 0; c < groupInputs; c++) {
          sum += arena[pixel + firstChannel + c] * weight[tap + c * kernel * kernel];
        }
      }
    }
    return sum;
  }
}
