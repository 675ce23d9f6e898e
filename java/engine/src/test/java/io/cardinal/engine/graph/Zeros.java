// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.graph;

import java.util.Arrays;
import java.util.List;

/**
 * A parameter of zeros, for tests that look at shapes only.
 *
 * @param key the checkpoint key
 * @param shape the dimensions
 */
public record Zeros(String key, List<Integer> shape) implements Parameter {
  @Override
  public void readRow(int row, double[] into) {
    Arrays.fill(into, 0, rowLength(), 0);
  }

  @Override
  public void readRows(int first, int count, double[] into) {
    Arrays.fill(into, 0, count * rowLength(), 0);
  }
}
