// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.graph;

import java.util.List;

/**
 * What a node computes. Activations are NHWC; weights are [outputs, inputs / groups, kernel,
 * kernel] as in checkpoints. Pooling windows that reach over the edge see padding only where
 * stated.
 */
public sealed interface Op {
  /** The image batch that the caller gives. */
  record Input() implements Op {}

  /**
   * A convolution with square kernel, stride and zero padding, and what is fused into it: a bias, a
   * residual (the node's second input, of the output's shape) and a ReLU, in that order.
   *
   * @param outputs output channels
   * @param kernel side of the kernel
   * @param stride step in both directions
   * @param padding rows and columns added at each edge
   * @param groups paths side by side
   * @param hasResidual whether a second input is added
   * @param hasRelu whether negative values become 0
   */
  record Convolution(
      int outputs,
      int kernel,
      int stride,
      int padding,
      int groups,
      boolean hasResidual,
      boolean hasRelu)
      implements Op {
    /**
     * Refuses sizes under 1 and outputs that the groups do not divide.
     *
     * @param outputs output channels
     * @param kernel side of the kernel
     * @param stride step in both directions
     * @param padding rows and columns added at each edge
     * @param groups paths side by side
     * @param hasResidual whether a second input is added
     * @param hasRelu whether negative values become 0
     */
    public Convolution {
      if (outputs < 1 || kernel < 1 || stride < 1 || padding < 0 || padding >= kernel) {
        throw new IllegalArgumentException(
            "no such convolution: outputs "
                + outputs
                + ", kernel "
                + kernel
                + ", stride "
                + stride
                + ", padding "
                + padding);
      }
      if (groups < 1 || outputs % groups != 0) {
        throw new IllegalArgumentException(outputs + " outputs do not divide into " + groups);
      }
    }

    /** {@return whether each output pixel is computed from one input pixel, over all channels} */
    public boolean isPointwise() {
      return kernel == 1 && groups == 1;
    }

    /**
     * {@return one without residual and ReLU}
     *
     * @param outputs output channels
     * @param kernel side of the kernel
     * @param stride step in both directions
     * @param padding rows and columns added at each edge
     * @param groups paths side by side
     */
    public static Convolution plain(int outputs, int kernel, int stride, int padding, int groups) {
      return new Convolution(outputs, kernel, stride, padding, groups, false, false);
    }

    /** {@return the same with a ReLU at its end} */
    public Convolution withRelu() {
      return new Convolution(outputs, kernel, stride, padding, groups, hasResidual, true);
    }

    /** {@return the same with a residual as second input} */
    public Convolution withResidual() {
      return new Convolution(outputs, kernel, stride, padding, groups, true, hasRelu);
    }
  }

  /**
   * The sum of two convolutions of kernel 1, of an input each, with one bias, and a ReLU that is
   * fused into it: {@code relu(W1 x1 + W2 subsample(x2) + bias)}. Weights are [outputs, inputs of
   * both, 1, 1], the first input's before the second's.
   *
   * @param outputs output channels
   * @param secondStride step in both directions of the second input; that of the first is 1
   * @param hasRelu whether negative values become 0
   */
  record PointwiseSum(int outputs, int secondStride, boolean hasRelu) implements Op {
    /**
     * Refuses sizes under 1.
     *
     * @param outputs output channels
     * @param secondStride step in both directions of the second input
     * @param hasRelu whether negative values become 0
     */
    public PointwiseSum {
      if (outputs < 1 || secondStride < 1) {
        throw new IllegalArgumentException(
            "no such sum: outputs " + outputs + ", stride " + secondStride);
      }
    }
  }

  /**
   * {@code (x - mean) / sqrt(variance + epsilon) * scale + shift} with stored statistics.
   *
   * @param epsilon as above
   */
  record BatchNorm(double epsilon) implements Op {}

  /** {@code max(x, 0)}. */
  record Relu() implements Op {}

  /** The sum of two inputs of the same shape. */
  record Add() implements Op {}

  /** Several inputs of the same map, their channels behind each other. */
  record Concatenation() implements Op {}

  /**
   * The maximum of each window; padding never wins.
   *
   * @param kernel side of the window
   * @param stride step in both directions
   * @param padding rows and columns added at each edge
   */
  record MaxPool(int kernel, int stride, int padding) implements Op {}

  /** The mean of each channel over the map: height and width become 1. */
  record GlobalAveragePool() implements Op {}

  /**
   * A dense layer on feature vectors.
   *
   * @param outputs output channels
   */
  record Linear(int outputs) implements Op {}

  /** Probabilities over the channels. */
  record Softmax() implements Op {}

  /**
   * The shape that the inputs give; throws {@link IllegalArgumentException} if they do not fit.
   *
   * @param inputs shapes of the inputs, in order
   * @return the value's shape
   */
  default Shape infer(List<Shape> inputs) {
    return ShapeInference.infer(this, inputs);
  }
}
