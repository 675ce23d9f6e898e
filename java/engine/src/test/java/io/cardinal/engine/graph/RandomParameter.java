// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.graph;

import java.util.List;
import java.util.SplittableRandom;

/**
 * A parameter whose values follow from its key: in [-1, 1), variances in [0.5, 1.5), all of them
 * doubles that no float holds.
 *
 * @param key the checkpoint key
 * @param shape the dimensions
 */
public record RandomParameter(String key, List<Integer> shape) implements Parameter {
  @Override
  public void readRow(int row, double[] into) {
    SplittableRandom random = new SplittableRandom(31L * key.hashCode() + row);
    int length = rowLength();
    for (int i = 0; i < length; i++) {
      double u = random.nextDouble();
      into[i] = key.endsWith("running_var") ? 0.5 + u : 2 * u - 1;
    }
  }
}
