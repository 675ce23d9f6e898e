// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.graph;

import java.util.Map;
import java.util.Objects;

/**
 * The shape of an activation: NHWC, like every shape here. A feature vector has height and width 1.
 *
 * @param batch images
 * @param height rows
 * @param width columns
 * @param channels channels, innermost in memory
 */
public record Shape(int batch, int height, int width, int channels) {
  /**
   * Refuses sizes under 1.
   *
   * @param batch images
   * @param height rows
   * @param width columns
   * @param channels channels, innermost in memory
   */
  public Shape {
    if (batch < 1 || height < 1 || width < 1 || channels < 1) {
      throw new IllegalArgumentException(
          "a shape needs positive dimensions, not "
              + batch
              + "x"
              + height
              + "x"
              + width
              + "x"
              + channels);
    }
    Math.multiplyExact(
        Math.multiplyExact((long) batch, height), Math.multiplyExact((long) width, channels));
  }

  /**
   * {@return the shape of a node's value}
   *
   * @param shapes of the nodes, by name, as {@link Graph#shapes} gives them
   * @param node name of one of them
   */
  public static Shape of(Map<String, Shape> shapes, String node) {
    return Objects.requireNonNull(shapes.get(node), node);
  }

  /** {@return the number of elements} */
  public long elements() {
    return (long) batch * height * width * channels;
  }

  /**
   * {@return the same batch and map with other channels}
   *
   * @param other how many
   */
  public Shape withChannels(int other) {
    return new Shape(batch, height, width, other);
  }

  /**
   * {@return the same map for another number of images}
   *
   * @param other how many
   */
  public Shape withBatch(int other) {
    return new Shape(other, height, width, channels);
  }

  @Override
  public String toString() {
    return batch + "x" + height + "x" + width + "x" + channels;
  }
}
