// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.compile;

import io.cardinal.engine.graph.Graph;
import io.cardinal.engine.graph.Node;
import io.cardinal.engine.graph.Op;
import java.util.List;

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
    Graph fused = graph;
    for (Node node : graph.nodes()) {
      Node sum = node.op() instanceof Op.Add ? fused.node(node.name()) : node;
      if (sum.op() instanceof Op.Add && isFusible(fused, sum)) {
        fused = fuse(fused, sum); // the next sum meets the order and the uses as they are now
      }
    }
    return fused;
  }

  private static Graph fuse(Graph graph, Node sum) {
    Node convolution = graph.node(sum.inputs().get(0));
    Op op = ((Op.Convolution) convolution.op()).withResidual();
    List<String> inputs = List.of(convolution.inputs().get(0), sum.inputs().get(1));
    Rewrite rewrite = new Rewrite();
    for (Node node : graph.nodes()) {
      if (node.equals(sum)) {
        rewrite.keep(new Node(convolution.name(), op, inputs, convolution.parameters()));
        rewrite.drop(sum, convolution.name());
      } else if (!node.equals(convolution)) {
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
        && !branch.name().equals(shortcut)
        && !branch.inputs().contains(shortcut)
        && !isOverwritten(graph, branch.inputs().get(0))
        && !(graph.node(shortcut).op() instanceof Op.Input)
        && !shortcut.equals(graph.output())
        && users.get(users.size() - 1).equals(sum);
  }

  /** Whether a convolution writes over that value, so that none may be moved behind it. */
  static boolean isOverwritten(Graph graph, String value) {
    return graph.nodes().stream()
        .anyMatch(
            node ->
                node.op() instanceof Op.Convolution c
                    && c.hasResidual()
                    && node.inputs().get(1).equals(value));
  }
}
