// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.graph;

import io.cardinal.engine.graph.Parameters.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Writes a graph down layer by layer; parameters are asked for by checkpoint key and shape. */
public final class GraphBuilder {
  private final ParameterSource source;
  private final List<Node> nodes = new ArrayList<>();

  /** Where parameters come from; it may refuse a key, or a shape. */
  @FunctionalInterface
  public interface ParameterSource {
    /**
     * {@return the parameter of that key, of exactly that shape}
     *
     * @param key checkpoint key
     * @param shape dimensions in the checkpoint's order
     */
    Parameter get(String key, List<Integer> shape);
  }

  /**
   * A graph that is empty so far.
   *
   * @param source where parameters come from
   */
  public GraphBuilder(ParameterSource source) {
    this.source = source;
  }

  /**
   * {@return the image batch}
   *
   * @param name the name of its node
   * @param channels of each pixel
   */
  public Value input(String name, int channels) {
    return append(name, new Op.Input(), List.of(), Parameters.NONE, channels);
  }

  /**
   * {@return the graph whose answer is that value}
   *
   * @param value what the graph computes
   */
  public Graph output(Value value) {
    return new Graph(nodes, value.name);
  }

  private Value append(
      String name, Op op, List<String> inputs, Parameters parameters, int channels) {
    nodes.add(new Node(name, op, inputs, parameters));
    return new Value(name, channels);
  }

  /** The value of a node, from which the next layer is written. */
  public final class Value {
    private final String name;
    private final int channels;

    private Value(String name, int channels) {
      this.name = name;
      this.channels = channels;
    }

    /** {@return the number of channels} */
    public int channels() {
      return channels;
    }

    /**
     * {@return a convolution without bias, padded so that stride 1 keeps the map's size}
     *
     * @param key checkpoint key of the layer, which names its node
     * @param outputs channels of its value
     * @param kernel side of its kernel, odd
     * @param stride step in both directions
     * @param groups 1, or the cardinality
     */
    public Value convolution(String key, int outputs, int kernel, int stride, int groups) {
      Op op = Op.Convolution.plain(outputs, kernel, stride, kernel / 2, groups);
      Parameter weight =
          source.get(key + ".weight", List.of(outputs, channels / groups, kernel, kernel));
      return append(key, op, List.of(name), Parameters.of(weight), outputs);
    }

    /**
     * {@return a batch normalisation with stored statistics}
     *
     * @param key checkpoint key of the layer, which names its node
     * @param epsilon added to the variance
     */
    public Value batchNorm(String key, double epsilon) {
      List<Integer> shape = List.of(channels);
      Parameters parameters =
          new Parameters(
              Map.of(
                  Role.WEIGHT, source.get(key + ".weight", shape),
                  Role.BIAS, source.get(key + ".bias", shape),
                  Role.MEAN, source.get(key + ".running_mean", shape),
                  Role.VARIANCE, source.get(key + ".running_var", shape)));
      return append(key, new Op.BatchNorm(epsilon), List.of(name), parameters, channels);
    }

    /** {@return {@code max(x, 0)}} */
    public Value relu() {
      return append(name + ".relu", new Op.Relu(), List.of(name), Parameters.NONE, channels);
    }

    /**
     * {@return the sum with another value of the same shape}
     *
     * @param key the name of its node
     * @param other of the same shape
     */
    public Value add(String key, Value other) {
      return append(key, new Op.Add(), List.of(name, other.name), Parameters.NONE, channels);
    }

    /**
     * {@return this value's channels, then those of the others}
     *
     * @param key the name of its node
     * @param others of the same batch, height and width
     */
    public Value concatenate(String key, List<Value> others) {
      List<String> names = new ArrayList<>(List.of(name));
      int all = channels;
      for (Value other : others) {
        names.add(other.name);
        all += other.channels;
      }
      return append(key, new Op.Concatenation(), names, Parameters.NONE, all);
    }

    /**
     * {@return the maximum of each window}
     *
     * @param key the name of its node
     * @param kernel side of the window
     * @param stride step in both directions
     * @param padding rows and columns added at each edge
     */
    public Value maxPool(String key, int kernel, int stride, int padding) {
      Op op = new Op.MaxPool(kernel, stride, padding);
      return append(key, op, List.of(name), Parameters.NONE, channels);
    }

    /**
     * {@return the mean of each channel}
     *
     * @param key the name of its node
     */
    public Value globalAveragePool(String key) {
      return append(key, new Op.GlobalAveragePool(), List.of(name), Parameters.NONE, channels);
    }

    /**
     * {@return a dense layer with bias}
     *
     * @param key checkpoint key of the layer, which names its node
     * @param outputs channels of its value
     */
    public Value linear(String key, int outputs) {
      Parameters parameters =
          Parameters.of(
              source.get(key + ".weight", List.of(outputs, channels)),
              source.get(key + ".bias", List.of(outputs)));
      return append(key, new Op.Linear(outputs), List.of(name), parameters, outputs);
    }
  }
}
