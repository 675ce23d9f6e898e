// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.kernels.reference;

import io.cardinal.engine.graph.Shape;

/** The mean of each channel over the map. */
final class GlobalAveragePoolReference extends ReferenceKernel {
  private final Shape in;

  GlobalAveragePoolReference(Shape in) {
    this.in = in;
  }

  @Override
  void run(double[] arena, int[] inputs, int output) {
    int pixels = in.height() * in.width();
    for (int n = 0; n < in.batch(); n++) {
      for (int c = 0; c < in.channels(); c++) {
        double sum = 0;
        for (int p = 0; p < pixels; p++) {
          sum += arena[inputs[0] + (n * pixels + p) * in.channels() + c];
        }
        arena[output + n * in.channels() + c] = sum / pixels;
      }
    }
  }
}
