// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.kernels.reference;

import io.cardinal.engine.graph.Op.MaxPool;
import io.cardinal.engine.graph.Shape;

/** The maximum of each window; what lies outside the map never wins, NaN always does. */
final class MaxPoolReference extends ReferenceKernel {
  private final MaxPool op;
  private final Shape in;
  private final Shape out;

  MaxPoolReference(MaxPool op, Shape in, Shape out) {
    this.op = op;
    this.in = in;
    this.out = out;
  }

  @Override
  void run(double[] arena, int[] inputs, int output) {
    int at = output;
    for (int n = 0; n < out.batch(); n++) {
      for (int y = 0; y < out.height(); y++) {
        for (int x = 0; x < out.width(); x++) {
          for (int c = 0; c < out.channels(); c++, at++) {
            arena[at] = maximum(arena, inputs[0], n, y, x, c);
          }
        }
      }
    }
  }

  private double maximum(double[] arena, int input, int n, int y, int x, int c) {
    int top = y * op.stride() - op.padding();
    int left = x * op.stride() - op.padding();
    double maximum = Double.NEGATIVE_INFINITY;
    for (int iy = Math.max(top, 0); iy < Math.min(top + op.kernel(), in.height()); iy++) {
      for (int ix = Math.max(left, 0); ix < Math.min(left + op.kernel(), in.width()); ix++) {
        int pixel = ((n * in.height() + iy) * in.width() + ix) * in.channels();
        maximum = Math.max(maximum, arena[input + pixel + c]);
      }
    }
    return maximum;
  }
}
