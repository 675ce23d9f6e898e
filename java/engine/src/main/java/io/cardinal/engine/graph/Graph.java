// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A network as nodes in an order in which they can run. It has one input, an image batch of any
 * size, and one output. Immutable; the constructor checks that every input stands before its use.
 *
 * @param nodes the first one is the input
 * @param output name of the node whose value is the answer
 */
public record Graph(List<Node> nodes, String output) {
  /**
   * Checks that each node stands after its inputs, that names differ, and that the output exists.
   *
   * @param nodes the first one is the input
   * @param output name of the node whose value is the answer
   */
  public Graph {
    nodes = List.copyOf(nodes);
    Map<String, Node> seen = new HashMap<>();
    for (Node node : nodes) {
      for (String input : node.inputs()) {
        if (!seen.containsKey(input)) {
          throw new IllegalArgumentException(node.name() + " comes before its input " + input);
        }
      }
      if (seen.put(node.name(), node) != null) {
        throw new IllegalArgumentException("two nodes are called " + node.name());
      }
      if (node.op() instanceof Op.Input != (seen.size() == 1)) {
        throw new IllegalArgumentException("the input is the first node and the only one");
      }
    }
    if (!seen.containsKey(output)) {
      throw new IllegalArgumentException("no node is called " + output);
    }
  }

  /**
   * {@return the node of that name}
   *
   * @param name of a node of this graph
   */
  public Node node(String name) {
    return nodes.stream()
        .filter(node -> node.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no node is called " + name));
  }

  /**
   * {@return the nodes that take that node's value, in order}
   *
   * @param name of a node of this graph
   */
  public List<Node> consumers(String name) {
    return nodes.stream().filter(node -> node.inputs().contains(name)).toList();
  }

  /**
   * {@return whether that node's value goes to one place only, which is another node}
   *
   * @param name of a node of this graph
   */
  public boolean hasOneConsumer(String name) {
    return consumers(name).size() == 1 && !name.equals(output);
  }

  /**
   * {@return the shape of each node's value, by name, when the input has that shape}
   *
   * @param input shape of the image batch
   */
  public Map<String, Shape> shapes(Shape input) {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    for (Node node : nodes) {
      List<Shape> given = new ArrayList<>();
      node.inputs().forEach(name -> given.add(shapes.get(name)));
      shapes.put(node.name(), node.op() instanceof Op.Input ? input : node.op().infer(given));
    }
    return shapes;
  }

  /**
   * {@return multiply-adds of the convolutions and dense layers for that input, as papers count
   * them: padding included, additions of bias and residual not}
   *
   * @param input shape of the image batch
   */
  public long multiplyAdds(Shape input) {
    return shapes(input).entrySet().stream()
        .mapToLong(entry -> multiplyAdds(node(entry.getKey()), entry.getValue()))
        .sum();
  }

  /**
   * The same for one node, given the shape of its value.
   *
   * @param node a node
   * @param output shape of its value
   * @return its multiply-adds; 0 for other layers
   */
  public static long multiplyAdds(Node node, Shape output) {
    return node.op() instanceof Op.Convolution
            || node.op() instanceof Op.PointwiseSum
            || node.op() instanceof Op.Linear
        ? Math.multiplyExact(output.elements(), (long) node.parameters().weight().rowLength())
        : 0;
  }

  /**
   * The multiply-adds of a batch of images without those of the kernels' rows that lie outside a
   * map.
   *
   * @param input shape of the image batch
   * @param skipsColumns whether those of the columns outside do not count either
   * @return their number
   */
  public long multiplyAddsWithoutPadding(Shape input, boolean skipsColumns) {
    Map<String, Shape> shapes = shapes(input);
    long sum = 0;
    for (Node node : nodes) {
      Shape output = Shape.of(shapes, node.name());
      Shape from = node.inputs().isEmpty() ? output : Shape.of(shapes, node.inputs().get(0));
      sum += withoutPadding(multiplyAdds(node, output), node.op(), from, output, skipsColumns);
    }
    return sum;
  }

  /**
   * Takes the padding out of a layer's multiply-adds.
   *
   * @param multiplyAdds all of one or more runs
   * @param op the layer
   * @param input shape of its first input
   * @param output shape of its output
   * @param skipsColumns whether the columns outside do not count either
   * @return those of the rows, and columns, of a convolution's kernel that lie inside the map; all
   *     of another layer
   */
  public static long withoutPadding(
      long multiplyAdds, Op op, Shape input, Shape output, boolean skipsColumns) {
    if (!(op instanceof Op.Convolution c)) {
      return multiplyAdds;
    }
    long rows = (long) output.height() * c.kernel();
    long columns = (long) output.width() * c.kernel();
    return multiplyAdds
        / (rows * columns)
        * inside(c, output.height(), input.height())
        * (skipsColumns ? inside(c, output.width(), input.width()) : columns);
  }

  /** How often a row (or column) of the kernel lies inside the map, over all of the output's. */
  private static long inside(Op.Convolution c, int outputSize, int inputSize) {
    long inside = 0;
    for (int y = 0; y < outputSize; y++) {
      for (int k = 0; k < c.kernel(); k++) {
        int row = y * c.stride() + k - c.padding();
        inside += row >= 0 && row < inputSize ? 1 : 0;
      }
    }
    return inside;
  }
}
