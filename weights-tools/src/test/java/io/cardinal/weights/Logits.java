// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.weights;

import io.cardinal.engine.tensor.Tensor;
import java.util.List;
import java.util.Map;

/** Reads stored inputs and answers, and compares. */
final class Logits {
  private Logits() {}

  /** A picture batch as the golden files have it, [n, 3, h, w], in our layout [n, h, w, 3]. */
  static float[] nhwc(Tensor tensor) {
    List<Integer> shape = tensor.shape();
    int plane = shape.get(2) * shape.get(3);
    double[] values = all(tensor);
    float[] images = new float[values.length];
    for (int n = 0; n < shape.get(0); n++) {
      for (int c = 0; c < 3; c++) {
        for (int i = 0; i < plane; i++) {
          images[(n * plane + i) * 3 + c] = (float) values[(n * 3 + c) * plane + i];
        }
      }
    }
    return images;
  }

  static double[] all(Tensor tensor) {
    double[] values = new double[Math.toIntExact(tensor.elements())];
    tensor.read(0, values, values.length);
    return values;
  }

  /** The largest absolute difference over the largest absolute expected value. */
  static double error(float[] found, double[] expected) {
    double largest = 0;
    double worst = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs(expected[i]));
      double difference = Math.abs(found[i] - expected[i]);
      worst = difference <= worst ? worst : difference; // a NaN stays
    }
    return found.length == expected.length ? worst / largest : Double.NaN;
  }

  /** A tensor that must be there. */
  static Tensor get(Map<String, Tensor> tensors, String name) {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new AssertionError("no tensor " + name);
    }
    return tensor;
  }
}
