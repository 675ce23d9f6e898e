// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.benchmarks;

import io.cardinal.engine.graph.Graph;
import io.cardinal.engine.graph.Op;
import io.cardinal.engine.graph.Shape;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A 3x3 convolution in 32 groups of a square map, which keeps the number of channels and pads by 1,
 * written {@code CHANNELSxSIDExSIDE/STRIDE}.
 *
 * @param channels of input and output
 * @param side of the input
 * @param stride down and across
 */
public record Layer(int channels, int side, int stride) {
  /** Groups of channels. */
  public static final int GROUPS = 32;

  private static final Pattern FORM = Pattern.compile("(\\d+)x(\\d+)x\\2/(\\d+)");

  /** Reads the written form. */
  public static Layer parse(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw new IllegalArgumentException("no layer: " + text + "; one is 128x56x56/1");
    }
    return new Layer(
        Integer.parseInt(form.group(1)),
        Integer.parseInt(form.group(2)),
        Integer.parseInt(form.group(3)));
  }

  /**
   * Floating-point operations for one image: two for a multiply-add. The rows of the kernel that
   * lie outside the map are not counted, since every provider skips them.
   *
   * @param skipsColumns whether the columns outside are not counted either
   */
  public double operations(boolean skipsColumns) {
    long multiplyAdds = output().elements() * (channels / GROUPS) * 3 * 3;
    return 2.0 * Graph.withoutPadding(multiplyAdds, op(), input(), output(), skipsColumns);
  }

  /** The layer itself, with a ReLU. */
  Op.Convolution op() {
    return Op.Convolution.plain(channels, 3, stride, 1, GROUPS).withRelu();
  }

  /** Shape of one image's input. */
  Shape input() {
    return new Shape(1, side, side, channels);
  }

  /** Shape of its output. */
  Shape output() {
    return op().infer(List.of(input()));
  }
}
