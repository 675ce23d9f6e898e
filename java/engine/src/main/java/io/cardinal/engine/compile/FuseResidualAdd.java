// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.compile;

import io.cardinal.engine.graph.Graph;
import io.cardinal.engine.graph.Node;
import io.cardinal.engine.graph.Op;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Lets a convolution add the shortcut itself: a sum whose first input is a convolution with nothing
 * fused, and with no other use, becomes that convolution with the second input as its residual.
 *
 * <p>The convolution moves to the place of the sum, where the shortcut is there. It writes over the
 * shortcut's value, so that one must have no later use.
 */
final class FuseResidualAdd {
  private FuseResidualAdd() {}

  static Graph apply(Graph graph) {
    Map<String, Node> bySum = new HashMap<>();
    for (Node node : graph.nodes()) {
      if (node.op() instanceof Op.Add && isFusible(graph, node)) {
        bySum.put(node.name(), graph.node(node.inputs().get(0)));
      }
    }
    Rewrite rewrite = new Rewrite();
    for (Node node : graph.nodes()) {
      Node convolution = bySum.get(node.name());
      if (convolution != null) {
        Op op = ((Op.Convolution) convolution.op()).withResidual();
        List<String> inputs = List.of(convolution.inputs().get(0), node.inputs().get(1));
        rewrite.keep(new Node(convolution.name(), op, inputs, convolution.parameters()));
        rewrite.drop(node, convolution.name());
      } else if (!bySum.containsValue(node)) {
        rewrite.keep(node);
      }
    }
    return rewrite.finish(graph.output());
  }

  private static boolean isFusible(Graph graph, Node sum) {
    Node branch = graph.node(sum.inputs().get(0));
    String shortcut = sum.inputs().get(1);
    List<Node> users = graph.consumers(shortcut);
    return branch.op() instanceof Op.Convolution c
        && !c.hasResidual()
        && !c.hasRelu()
        && graph.hasOneConsumer(branch.name())
        && !branch.inputs().contains(shortcut)
        && !(graph.node(shortcut).op() instanceof Op.Input)
        && !shortcut.equals(graph.output())
        && users.get(users.size() - 1).equals(sum);
  }
}
