// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.benchmarks;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A 3x3 convolution of a square map that keeps the number of channels and pads by 1, written {@code
 * CHANNELSxSIDExSIDE/STRIDE}; {@code dense} before it means one group in place of 32.
 *
 * @param channels of input and output
 * @param side of the input
 * @param stride down and across
 * @param groups of channels
 */
public record Layer(int channels, int side, int stride, int groups) {
  private static final int GROUPS = 32;
  private static final Pattern FORM = Pattern.compile("(dense )?(\\d+)x(\\d+)x\\3/(\\d+)");

  /** Reads the written form. */
  public static Layer parse(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw new IllegalArgumentException("no layer: " + text + "; one is 128x56x56/1");
    }
    return new Layer(
        Integer.parseInt(form.group(2)),
        Integer.parseInt(form.group(3)),
        Integer.parseInt(form.group(4)),
        form.group(1) == null ? GROUPS : 1);
  }

  /** Floating-point operations for one image: two for a multiply-add. */
  public double operations() {
    int outputSide = (side - 1) / stride + 1;
    long channelPairs = (long) channels * (channels / groups);
    return 2.0 * 9 * channelPairs * outputSide * outputSide;
  }
}
