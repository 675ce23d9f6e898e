// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.graph;

import java.util.List;

/**
 * One step of a network.
 *
 * @param name the checkpoint key of the layer ({@code layer1.0.conv2}); unique in its graph
 * @param op what it computes
 * @param inputs names of the nodes whose values it takes, in the op's order
 * @param parameters what the checkpoint gives it
 */
public record Node(String name, Op op, List<String> inputs, Parameters parameters) {
  /**
   * Copies the list of inputs.
   *
   * @param name the checkpoint key of the layer ({@code layer1.0.conv2}); unique in its graph
   * @param op what it computes
   * @param inputs names of the nodes whose values it takes, in the op's order
   * @param parameters what the checkpoint gives it
   */
  public Node {
    inputs = List.copyOf(inputs);
  }

  /**
   * {@return the same node taking other inputs}
   *
   * @param others names of nodes
   */
  public Node withInputs(List<String> others) {
    return new Node(name, op, others, parameters);
  }

  /**
   * {@return the same node computing something else}
   *
   * @param other what it computes
   */
  public Node withOp(Op other) {
    return new Node(name, other, inputs, parameters);
  }
}
