// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

/**
 * Which way a picture is resized first, where it is resized in both: visible in the last bit of
 * some samples.
 */
public enum PassOrder {
  /**
   * The columns where that removes clearly more samples, such as of tall pictures; else the rows.
   */
  PILLOW_13,
  /** Always the rows, as Pillow did up to version 12. */
  PILLOW_12
}
