// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.compile;

import io.cardinal.engine.graph.Parameter;
import java.util.List;

/** A vector that no checkpoint holds. */
final class Vector implements Parameter {
  private final String key;
  private final double[] values;

  Vector(String key, double[] values) {
    this.key = key;
    this.values = values;
  }

  @Override
  public String key() {
    return key;
  }

  @Override
  public List<Integer> shape() {
    return List.of(values.length);
  }

  @Override
  public void readRow(int row, double[] into) {
    into[0] = values[row];
  }
}
