// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.kernels.reference;

import io.cardinal.engine.graph.Op.PointwiseSum;
import io.cardinal.engine.graph.Shape;

/**
 * Two convolutions of kernel 1 in one sum: {@code out[n,y,x,o] = relu(bias[o] + sum of
 * first[n,y,x,i] * weight[o,i] + sum of second[n,y*s,x*s,j] * weight[o,inputs+j])}, where s is the
 * second input's stride.
 */
final class PointwiseSumReference extends ReferenceKernel {
  private final PointwiseSum op;
  private final Shape first;
  private final Shape second;
  private final double[] weight;
  private final double[] bias;

  PointwiseSumReference(
      PointwiseSum op, Shape first, Shape second, double[] weight, double[] bias) {
    this.op = op;
    this.first = first;
    this.second = second;
    this.weight = weight;
    this.bias = bias;
  }

  @Override
  void run(double[] arena, int[] inputs, int output) {
    int stride = op.secondStride();
    int row = first.channels() + second.channels();
    int at = output;
    for (int n = 0; n < first.batch(); n++) {
      for (int y = 0; y < first.height(); y++) {
        for (int x = 0; x < first.width(); x++) {
          int a = inputs[0] + pixel(first, n, y, x);
          int b = inputs[1] + pixel(second, n, y * stride, x * stride);
          for (int o = 0; o < op.outputs(); o++, at++) {
            double sum = bias[o] + products(arena, a, first.channels(), o * row);
            sum += products(arena, b, second.channels(), o * row + first.channels());
            arena[at] = op.hasRelu() ? Math.max(sum, 0) : sum;
          }
        }
      }
    }
  }

  private static int pixel(Shape shape, int n, int y, int x) {
    return ((n * shape.height() + y) * shape.width() + x) * shape.channels();
  }

  private double products(double[] arena, int pixel, int channels, int weights) {
    double sum = 0;
    for (int c = 0; c < channels; c++) {
      sum += arena[pixel + c] * weight[weights + c];
    }
    return sum;
  }
}
