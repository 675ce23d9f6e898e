// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.compile;

import io.cardinal.engine.graph.Graph;
import io.cardinal.engine.graph.Node;
import io.cardinal.engine.graph.Op;

/** Lets a convolution whose value goes to a ReLU only end with that ReLU. */
final class FuseRelu {
  private FuseRelu() {}

  static Graph apply(Graph graph) {
    Rewrite rewrite = new Rewrite();
    for (Node node : graph.nodes()) {
      if (node.op() instanceof Op.Convolution c && endsInRelu(graph, node, c)) {
        rewrite.keep(node.withOp(c.withRelu()));
      } else if (node.op() instanceof Op.Relu && isFused(graph, node)) {
        rewrite.drop(node, node.inputs().get(0));
      } else {
        rewrite.keep(node);
      }
    }
    return rewrite.finish(graph.output());
  }

  private static boolean isFused(Graph graph, Node relu) {
    Node producer = graph.node(relu.inputs().get(0));
    return producer.op() instanceof Op.Convolution c && endsInRelu(graph, producer, c);
  }

  private static boolean endsInRelu(Graph graph, Node node, Op.Convolution convolution) {
    return !convolution.hasRelu()
        && graph.hasOneConsumer(node.name())
        && graph.consumers(node.name()).get(0).op() instanceof Op.Relu;
  }
}
