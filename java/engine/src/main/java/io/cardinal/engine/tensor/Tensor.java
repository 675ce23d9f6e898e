// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.tensor;

import java.util.List;

/**
 * A tensor whose elements are read on demand, in row-major order of its shape.
 *
 * <p>Implementations may read from a file that their owner has to keep open meanwhile; a failed
 * read is an {@link java.io.UncheckedIOException}. Safe for use by several threads at once.
 */
public interface Tensor {
  /** {@return how the elements are stored} */
  DataType type();

  /** {@return the dimensions; empty for a scalar} */
  List<Integer> shape();

  /**
   * Reads elements, widened to double without loss (integers above 2^53 are rounded).
   *
   * @param first index of the first element, row-major
   * @param into where the elements go, from index 0
   * @param count how many; {@code first + count} may not exceed {@link #elements()}
   */
  void read(long first, double[] into, int count);

  /** {@return the number of elements: the product of the dimensions} */
  default long elements() {
    long product = 1;
    for (int dimension : shape()) {
      product = Math.multiplyExact(product, dimension);
    }
    return product;
  }
}
