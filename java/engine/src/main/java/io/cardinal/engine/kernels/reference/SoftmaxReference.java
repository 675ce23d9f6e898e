// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.kernels.reference;

import io.cardinal.engine.graph.Shape;

/** {@code exp(x - max) / sum of the same} over the channels of each pixel. */
final class SoftmaxReference extends ReferenceKernel {
  private final Shape shape;

  SoftmaxReference(Shape shape) {
    this.shape = shape;
  }

  @Override
  void run(double[] arena, int[] inputs, int output) {
    int channels = shape.channels();
    int rows = Math.toIntExact(shape.elements() / channels);
    for (int row = 0; row < rows; row++) {
      int from = inputs[0] + row * channels;
      int to = output + row * channels;
      double maximum = Double.NEGATIVE_INFINITY;
      for (int c = 0; c < channels; c++) {
        maximum = Math.max(maximum, arena[from + c]);
      }
      double sum = 0;
      for (int c = 0; c < channels; c++) {
        arena[to + c] = Math.exp(arena[from + c] - maximum);
        sum += arena[to + c];
      }
      for (int c = 0; c < channels; c++) {
        arena[to + c] /= sum;
      }
    }
  }
}
