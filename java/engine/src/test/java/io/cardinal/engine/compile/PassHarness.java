// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.compile;

import static org.assertj.core.api.Assertions.assertThat;

import io.cardinal.engine.Networks;
import io.cardinal.engine.graph.Graph;
import io.cardinal.engine.graph.GraphBuilder;
import io.cardinal.engine.graph.GraphBuilder.Value;
import io.cardinal.engine.graph.Node;
import io.cardinal.engine.graph.Op;
import io.cardinal.engine.graph.Parameters;
import io.cardinal.engine.graph.RandomParameter;
import io.cardinal.engine.graph.Shape;
import io.cardinal.engine.plan.GraphRunner;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

/** Hand-made graphs for passes, and the comparison of a graph with what a pass made of it. */
final class PassHarness {
  private static final Shape IMAGE = new Shape(2, 7, 5, 3);
  private static final double TOLERANCE = 1e-12;

  private PassHarness() {}

  /** A graph on an image of three channels, with parameters that follow from their keys. */
  static Graph graph(BiFunction<GraphBuilder, Value, Value> body) {
    GraphBuilder builder = new GraphBuilder(RandomParameter::new);
    return builder.output(body.apply(builder, builder.input("image", 3)));
  }

  /** The names of the nodes in order. */
  static List<String> names(Graph graph) {
    return graph.nodes().stream().map(Node::name).toList();
  }

  /** The fused form of a convolution. */
  static Op.Convolution convolution(Graph graph, String name) {
    return (Op.Convolution) graph.node(name).op();
  }

  /** The same graph with a bias on one of its convolutions. */
  static Graph withBias(Graph graph, String name) {
    List<Node> nodes = new ArrayList<>(graph.nodes());
    Node node = graph.node(name);
    int outputs = convolution(graph, name).outputs();
    Parameters both =
        Parameters.of(
            node.parameters().weight(), new RandomParameter(name + ".bias", List.of(outputs)));
    nodes.set(nodes.indexOf(node), new Node(name, node.op(), node.inputs(), both));
    return new Graph(nodes, graph.output());
  }

  /** Applies a pass and checks, in double and on oneDNN, that the function is still the same. */
  static Graph apply(UnaryOperator<Graph> pass, Graph graph) {
    Graph rewritten = applyExactly(pass, graph);
    double[] expected = GraphRunner.run("reference", graph, IMAGE, images());
    double[] rounded = GraphRunner.run("onednn", rewritten, IMAGE, images());
    assertThat(relative(rounded, expected)).isLessThanOrEqualTo(1e-5);
    return rewritten;
  }

  /** The same in double only. */
  static Graph applyExactly(UnaryOperator<Graph> pass, Graph graph) {
    Graph rewritten = pass.apply(graph);
    double[] expected = GraphRunner.run("reference", graph, IMAGE, images());
    double[] exact = GraphRunner.run("reference", rewritten, IMAGE, images());
    assertThat(relative(exact, expected)).isLessThanOrEqualTo(TOLERANCE);
    return rewritten;
  }

  private static float[] images() {
    return Networks.images(IMAGE.batch(), IMAGE.height(), IMAGE.width(), 17);
  }

  private static double relative(double[] found, double[] expected) {
    assertThat(found).hasSameSizeAs(expected);
    double largest = 0;
    double difference = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs(expected[i]));
      difference = Math.max(difference, Math.abs(found[i] - expected[i]));
    }
    return difference == 0 ? 0 : difference / largest;
  }
}
