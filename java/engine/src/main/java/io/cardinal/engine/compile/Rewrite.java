// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.compile;

import io.cardinal.engine.graph.Graph;
import io.cardinal.engine.graph.Node;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A graph being rewritten node by node: nodes are kept, replaced or dropped in favour of others.
 */
final class Rewrite {
  private final List<Node> nodes = new ArrayList<>();
  private final Map<String, String> renamed = new HashMap<>();

  /** Keeps a node, its inputs being what their names now stand for. */
  void keep(Node node) {
    nodes.add(node.withInputs(node.inputs().stream().map(this::current).toList()));
  }

  /** Drops a node: whoever takes its value takes that of {@code other}. */
  void drop(Node node, String other) {
    renamed.put(node.name(), current(other));
  }

  Graph finish(String output) {
    return new Graph(nodes, current(output));
  }

  private String current(String name) {
    return renamed.getOrDefault(name, name);
  }
}
