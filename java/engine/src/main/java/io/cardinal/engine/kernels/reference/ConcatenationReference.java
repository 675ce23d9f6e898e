// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.kernels.reference;

import io.cardinal.engine.graph.Shape;
import java.util.List;

/** The channels of several inputs behind each other, pixel by pixel. */
final class ConcatenationReference extends ReferenceKernel {
  private final List<Shape> shapes;

  ConcatenationReference(List<Shape> shapes) {
    this.shapes = List.copyOf(shapes);
  }

  @Override
  void run(double[] arena, int[] inputs, int output) {
    int pixels = Math.toIntExact(shapes.get(0).elements() / shapes.get(0).channels());
    int at = output;
    for (int p = 0; p < pixels; p++) {
      for (int i = 0; i < inputs.length; i++) {
        int channels = shapes.get(i).channels();
        System.arraycopy(arena, inputs[i] + p * channels, arena, at, channels);
        at += channels;
      }
    }
  }
}
