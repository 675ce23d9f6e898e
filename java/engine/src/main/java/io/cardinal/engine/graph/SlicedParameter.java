// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Some rows of a parameter, and of each row some columns: one path's share of a grouped layer.
 *
 * @param key what the slice is called
 * @param whole the parameter it is cut from
 * @param firstRow its first output
 * @param rows how many outputs
 * @param firstColumn its first input, in the second dimension
 * @param columns how many inputs; for a vector 1
 */
record SlicedParameter(
    String key, Parameter whole, int firstRow, int rows, int firstColumn, int columns)
    implements Parameter {
  SlicedParameter {
    List<Integer> shape = whole.shape();
    Objects.checkFromIndexSize(firstRow, rows, shape.get(0));
    Objects.checkFromIndexSize(firstColumn, columns, shape.size() > 1 ? shape.get(1) : 1);
  }

  @Override
  public List<Integer> shape() {
    List<Integer> shape = new ArrayList<>(whole.shape());
    shape.set(0, rows);
    if (shape.size() > 1) {
      shape.set(1, columns);
    }
    return shape;
  }

  @Override
  public void readRow(int row, double[] into) {
    double[] all = new double[whole.rowLength()];
    whole.readRow(firstRow + row, all);
    int plane = rowLength() / columns;
    System.arraycopy(all, firstColumn * plane, into, 0, columns * plane);
  }
}
