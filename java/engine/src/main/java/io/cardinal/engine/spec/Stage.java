// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.spec;

/**
 * One stage of a network: blocks of the same shape at the same map size.
 *
 * @param number 1 for the first stage (the paper's conv2)
 * @param blocks how many blocks
 * @param cardinality C, the groups of the 3x3 convolution
 * @param width output channels of a block's first two convolutions, C times d
 * @param output output channels of a block
 * @param stride stride of the first block: 1 in the first stage, 2 afterwards
 */
public record Stage(int number, int blocks, int cardinality, int width, int output, int stride) {
  /**
   * {@return the checkpoint key of a block: {@code layer1.0} is the first one of the first stage}
   *
   * @param block its number in the stage, from 0
   */
  public String key(int block) {
    return "layer" + number + "." + block;
  }
}
