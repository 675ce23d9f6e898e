// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.weights.verify;

import java.util.List;

/**
 * How a tensor of a model differs from that of a checkpoint.
 *
 * @param tensor its key
 * @param position where the first difference is, in the tensor's dimensions
 * @param model the value there in the model
 * @param checkpoint the value there in the checkpoint
 * @param count how many values differ
 * @param elements how many values there are
 * @param largest the largest absolute difference; NaN if one side is NaN somewhere
 */
public record Difference(
    String tensor,
    List<Long> position,
    double model,
    double checkpoint,
    long count,
    long elements,
    double largest) {
  /**
   * Copies the lists.
   *
   * @param tensor its key
   * @param position where the first difference is, in the tensor's dimensions
   * @param model the value there in the model
   * @param checkpoint the value there in the checkpoint
   * @param count how many values differ
   * @param elements how many values there are
   * @param largest the largest absolute difference; NaN if one side is NaN somewhere
   */
  public Difference {
    position = List.copyOf(position);
  }

  /** One line: which tensor, where, how much. */
  @Override
  public String toString() {
    return tensor
        + position
        + ": "
        + model
        + " in the model, "
        + checkpoint
        + " in the checkpoint; "
        + count
        + " of "
        + elements
        + " values differ, by at most "
        + largest;
  }
}
