// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.graph;

import io.cardinal.engine.graph.Op.Convolution;
import io.cardinal.engine.graph.Op.GlobalAveragePool;
import io.cardinal.engine.graph.Op.Linear;
import io.cardinal.engine.graph.Op.MaxPool;
import io.cardinal.engine.graph.Op.PointwiseSum;
import java.util.List;

/** The shape that an op gives, and the check that its inputs fit. */
final class ShapeInference {
  private ShapeInference() {}

  static Shape infer(Op op, List<Shape> inputs) {
    if (op instanceof Op.Concatenation) {
      return concatenation(inputs);
    }
    int expected = inputCount(op);
    if (inputs.size() != expected) {
      throw new IllegalArgumentException(
          op + " takes " + expected + " inputs, not " + inputs.size());
    }
    Shape x = inputs.get(0);
    if (op instanceof Convolution c) {
      return convolution(c, inputs);
    } else if (op instanceof PointwiseSum sum) {
      return pointwiseSum(sum, x, inputs.get(1));
    } else if (op instanceof MaxPool p) {
      return new Shape(
          x.batch(),
          windows(x.height(), p.kernel(), p.stride(), p.padding()),
          windows(x.width(), p.kernel(), p.stride(), p.padding()),
          x.channels());
    } else if (op instanceof GlobalAveragePool) {
      return new Shape(x.batch(), 1, 1, x.channels());
    } else if (op instanceof Linear l) {
      if (x.height() != 1 || x.width() != 1) {
        throw new IllegalArgumentException("a dense layer takes feature vectors, not " + x);
      }
      return x.withChannels(l.outputs());
    } else if (op instanceof Op.Add && !x.equals(inputs.get(1))) {
      throw new IllegalArgumentException("cannot add " + x + " and " + inputs.get(1));
    }
    return x;
  }

  private static Shape concatenation(List<Shape> inputs) {
    if (inputs.isEmpty()) {
      throw new IllegalArgumentException("nothing to concatenate");
    }
    Shape first = inputs.get(0);
    int channels = 0;
    for (Shape each : inputs) {
      if (!each.withChannels(1).equals(first.withChannels(1))) {
        throw new IllegalArgumentException("cannot concatenate " + first + " and " + each);
      }
      channels = Math.addExact(channels, each.channels());
    }
    return first.withChannels(channels);
  }

  private static int inputCount(Op op) {
    boolean takesTwo =
        op instanceof Op.Add
            || op instanceof PointwiseSum
            || (op instanceof Convolution c && c.hasResidual());
    return takesTwo ? 2 : 1;
  }

  private static Shape convolution(Convolution c, List<Shape> inputs) {
    Shape x = inputs.get(0);
    if (x.channels() % c.groups() != 0) {
      throw new IllegalArgumentException(
          x.channels() + " channels do not divide into " + c.groups() + " groups");
    }
    Shape out =
        new Shape(
            x.batch(),
            windows(x.height(), c.kernel(), c.stride(), c.padding()),
            windows(x.width(), c.kernel(), c.stride(), c.padding()),
            c.outputs());
    if (c.hasResidual() && !inputs.get(1).equals(out)) {
      throw new IllegalArgumentException(
          "the residual " + inputs.get(1) + " does not fit the output " + out);
    }
    return out;
  }

  private static Shape pointwiseSum(PointwiseSum sum, Shape x, Shape second) {
    Shape taken =
        new Shape(
            second.batch(),
            windows(second.height(), 1, sum.secondStride(), 0),
            windows(second.width(), 1, sum.secondStride(), 0),
            x.channels());
    if (!taken.equals(x)) {
      throw new IllegalArgumentException(
          "the second input " + second + " of stride " + sum.secondStride() + " does not fit " + x);
    }
    return x.withChannels(sum.outputs());
  }

  private static int windows(int size, int kernel, int stride, int padding) {
    int room = size + 2 * padding - kernel;
    if (room < 0) {
      throw new IllegalArgumentException(
          "a map of " + size + " pixels is smaller than the kernel of " + kernel);
    }
    return room / stride + 1;
  }
}
