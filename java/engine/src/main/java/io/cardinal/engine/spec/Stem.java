// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.spec;

/** What stands before the first stage. */
public enum Stem {
  /** A 7x7 convolution of stride 2 and padding 3, then a 3x3 max-pool of stride 2 and padding 1. */
  CONV7X7_POOL("7x7"),
  /** A 3x3 convolution of stride 1 and padding 1, no pooling: for 32-pixel images. */
  CONV3X3("3x3");

  private final String kernelName;

  Stem(String kernelName) {
    this.kernelName = kernelName;
  }

  /** {@return {@code 7x7} or {@code 3x3}, as model files and tables name it} */
  public String kernelName() {
    return kernelName;
  }

  /** {@return the side of the convolution's kernel: 7 or 3} */
  public int kernel() {
    return this == CONV7X7_POOL ? 7 : 3;
  }
}
