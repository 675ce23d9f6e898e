// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.graph;

import java.util.List;

/**
 * A parameter of a node: stored under a checkpoint key, or worked out from stored ones when it is
 * packed. Rows are the slices along the first dimension; they are read one at a time, so that a
 * network never stands in memory twice.
 */
public interface Parameter {
  /** {@return the checkpoint key, or that of the parameter it was made of} */
  String key();

  /** {@return dimensions as in the checkpoint} */
  List<Integer> shape();

  /**
   * Reads one row, or for a vector one element.
   *
   * @param row index in the first dimension
   * @param into receives the row from index 0
   */
  void readRow(int row, double[] into);

  /**
   * Reads rows that follow each other; the same as reading each one, in fewer and longer reads.
   *
   * @param first index of the first row
   * @param count how many
   * @param into receives them from index 0, one behind the other
   */
  default void readRows(int first, int count, double[] into) {
    int length = rowLength();
    double[] row = new double[length];
    for (int i = 0; i < count; i++) {
      readRow(first + i, row);
      System.arraycopy(row, 0, into, i * length, length);
    }
  }

  /** {@return the number of rows} */
  default int rows() {
    return shape().get(0);
  }

  /** {@return the number of elements in a row} */
  default int rowLength() {
    int product = 1;
    for (int dimension : shape().subList(1, shape().size())) {
      product = Math.multiplyExact(product, dimension);
    }
    return product;
  }

  /** {@return all elements of a vector} */
  default double[] vector() {
    if (rowLength() != 1) {
      throw new IllegalStateException(key() + " is no vector: " + shape());
    }
    double[] values = new double[rows()];
    readRows(0, values.length, values);
    return values;
  }
}
