// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.kernels.reference;

import io.cardinal.engine.graph.Shape;

/** A dense layer: {@code out[n,o] = bias[o] + sum over c of in[n,c] * weight[o,c]}. */
final class LinearReference extends ReferenceKernel {
  private final Shape in;
  private final Shape out;
  private final double[] weight;
  private final double[] bias;

  LinearReference(Shape in, Shape out, double[] weight, double[] bias) {
    this.in = in;
    this.out = out;
    this.weight = weight;
    this.bias = bias;
  }

  @Override
  void run(double[] arena, int[] inputs, int output) {
    int channels = in.channels();
    for (int n = 0; n < out.batch(); n++) {
      for (int o = 0; o < out.channels(); o++) {
        double sum = bias[o];
        for (int c = 0; c < channels; c++) {
          sum += arena[inputs[0] + n * channels + c] * weight[o * channels + c];
        }
        arena[output + n * out.channels() + o] = sum;
      }
    }
  }
}
