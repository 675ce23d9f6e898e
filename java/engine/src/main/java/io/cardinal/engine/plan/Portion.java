// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.plan;

/**
 * What is run at once: a step, or some rows of its output.
 *
 * @param step number of the step in its plan
 * @param firstRow the first of the rows
 * @param rows how many they are; 0 for the whole step
 */
public record Portion(int step, int firstRow, int rows) {
  static Portion whole(int step) {
    return new Portion(step, 0, 0);
  }

  /** {@return whether this is the whole step} */
  public boolean isWhole() {
    return rows == 0;
  }
}
