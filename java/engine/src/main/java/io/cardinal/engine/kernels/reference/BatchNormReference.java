// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.kernels.reference;

import io.cardinal.engine.graph.Shape;

/** {@code out = (in - mean) / sqrt(variance + epsilon) * scale + shift}, channel by channel. */
final class BatchNormReference extends ReferenceKernel {
  private final Shape shape;
  private final double epsilon;
  private final double[] scale;
  private final double[] shift;
  private final double[] mean;
  private final double[] variance;

  BatchNormReference(
      Shape shape,
      double epsilon,
      double[] scale,
      double[] shift,
      double[] mean,
      double[] variance) {
    this.shape = shape;
    this.epsilon = epsilon;
    this.scale = scale;
    this.shift = shift;
    this.mean = mean;
    this.variance = variance;
  }

  @Override
  void run(double[] arena, int[] inputs, int output) {
    int elements = Math.toIntExact(shape.elements());
    for (int i = 0; i < elements; i++) {
      int c = i % shape.channels();
      double normalised = (arena[inputs[0] + i] - mean[c]) / Math.sqrt(variance[c] + epsilon);
      arena[output + i] = normalised * scale[c] + shift[c];
    }
  }
}
