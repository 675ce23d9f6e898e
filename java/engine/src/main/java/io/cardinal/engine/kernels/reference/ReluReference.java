// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.kernels.reference;

import io.cardinal.engine.graph.Shape;

/** {@code max(x, 0)}; NaN stays NaN. */
final class ReluReference extends ReferenceKernel {
  private final Shape shape;

  ReluReference(Shape shape) {
    this.shape = shape;
  }

  @Override
  void run(double[] arena, int[] inputs, int output) {
    int elements = Math.toIntExact(shape.elements());
    for (int i = 0; i < elements; i++) {
      arena[output + i] = Math.max(arena[inputs[0] + i], 0);
    }
  }
}
