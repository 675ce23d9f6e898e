// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.weights.read;

import io.cardinal.engine.tensor.Tensor;

/** Reads tensors of checkpoints. */
final class Tensors {
  private Tensors() {}

  static double[] values(Checkpoint checkpoint, String key) {
    if (checkpoint.root().get(key) instanceof Tensor tensor) {
      double[] values = new double[Math.toIntExact(tensor.elements())];
      tensor.read(0, values, values.length);
      return values;
    }
    throw new AssertionError("no tensor " + key);
  }
}
