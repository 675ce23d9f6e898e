// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.tensor;

/** Element types of stored tensors, under their safetensors names. */
public enum DataType {
  /** IEEE double. */
  F64(8),
  /** IEEE single. */
  F32(4),
  /** IEEE half. */
  F16(2),
  /** The upper half of an IEEE single. */
  BF16(2),
  /** Signed 64-bit integer: counters such as {@code num_batches_tracked}. */
  I64(8);

  private final int bytes;

  DataType(int bytes) {
    this.bytes = bytes;
  }

  /** {@return bytes of one element} */
  public int bytes() {
    return bytes;
  }
}
