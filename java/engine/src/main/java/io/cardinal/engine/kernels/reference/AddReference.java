// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.kernels.reference;

import io.cardinal.engine.graph.Shape;

/** The sum of two values, element by element. */
final class AddReference extends ReferenceKernel {
  private final Shape shape;

  AddReference(Shape shape) {
    this.shape = shape;
  }

  @Override
  void run(double[] arena, int[] inputs, int output) {
    int elements = Math.toIntExact(shape.elements());
    for (int i = 0; i < elements; i++) {
      arena[output + i] = arena[inputs[0] + i] + arena[inputs[1] + i];
    }
  }
}
