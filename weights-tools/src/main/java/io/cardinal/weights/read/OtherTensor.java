// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.weights.read;

import java.util.List;

/**
 * A tensor whose elements are of a type that no parameter of ours has, such as bytes.
 *
 * @param type its type as the container names it
 * @param shape its dimensions
 */
public record OtherTensor(String type, List<Integer> shape) {
  public OtherTensor {
    shape = List.copyOf(shape);
  }
}
