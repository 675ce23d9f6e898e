// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.graph;

import io.cardinal.engine.tensor.Tensor;
import java.util.List;

/**
 * A parameter exactly as a model file holds it.
 *
 * @param key the checkpoint key
 * @param tensor its elements
 */
public record StoredParameter(String key, Tensor tensor) implements Parameter {
  @Override
  public List<Integer> shape() {
    return tensor.shape();
  }

  @Override
  public void readRow(int row, double[] into) {
    int length = rowLength();
    tensor.read((long) row * length, into, length);
  }

  @Override
  public void readRows(int first, int count, double[] into) {
    int length = rowLength();
    tensor.read((long) first * length, into, count * length);
  }
}
