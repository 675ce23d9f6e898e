// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.plan;

import io.cardinal.engine.graph.Graph;
import io.cardinal.engine.graph.Node;
import io.cardinal.engine.graph.Shape;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The bytes of a network's maps and weights for one image, and where it is narrow: what the rules
 * of a plan count.
 */
record Footprint(Graph graph, Map<String, Shape> shapes, int elementBytes) {
  /** Bytes of a node's value. */
  long map(String name) {
    return shape(name).elements() * elementBytes;
  }

  /** Bytes of what a node reads and writes. */
  long maps(Node node) {
    return map(node.name()) + node.inputs().stream().mapToLong(this::map).sum();
  }

  /** Bytes of a node's weights and bias. */
  long weights(Node node) {
    return node.parameters().elements() * elementBytes;
  }

  /** Whether what comes after a node needs nothing from before but that node's value. */
  boolean isOnlyValue(int number) {
    List<Node> nodes = graph.nodes();
    Set<String> before =
        nodes.subList(0, number).stream().map(Node::name).collect(Collectors.toSet());
    return nodes.subList(number + 1, nodes.size()).stream()
        .allMatch(node -> Collections.disjoint(node.inputs(), before));
  }

  Shape shape(String name) {
    return Shape.of(shapes, name);
  }
}
