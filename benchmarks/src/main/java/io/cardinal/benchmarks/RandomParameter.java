// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.benchmarks;

import io.cardinal.engine.graph.Parameter;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A parameter of ordinary numbers that follow from its key: timings on zeros would flatter.
 *
 * @param key the checkpoint key
 * @param shape the dimensions
 */
record RandomParameter(String key, List<Integer> shape) implements Parameter {
  @Override
  public void readRow(int row, double[] into) {
    SplittableRandom random = new SplittableRandom(31L * key.hashCode() + row);
    for (int i = 0; i < rowLength(); i++) {
      into[i] = key.endsWith("running_var") ? 0.5 + random.nextDouble() : random.nextDouble() - 0.5;
    }
  }
}
