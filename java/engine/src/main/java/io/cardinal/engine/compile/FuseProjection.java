// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.compile;

import io.cardinal.engine.graph.Graph;
import io.cardinal.engine.graph.Node;
import io.cardinal.engine.graph.Op;
import io.cardinal.engine.graph.Parameter;
import io.cardinal.engine.graph.Parameters;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Turns a convolution of kernel 1 that adds the value of another one, which has no other use and no
 * ReLU, into one sum of both: the restore and the down-sampling of a stage's first block. Its
 * output is written once, and not over a residual.
 *
 * <p>The down-sampling moves to the place of the restore, so what it reads must still be there.
 */
final class FuseProjection {
  private FuseProjection() {}

  static Graph apply(Graph graph) {
    Map<Node, Node> shortcuts =
        graph.nodes().stream()
            .filter(node -> isFusible(graph, node))
            .collect(Collectors.toMap(node -> node, node -> shortcut(graph, node)));
    Rewrite rewrite = new Rewrite();
    for (Node node : graph.nodes()) {
      Node shortcut = shortcuts.get(node);
      if (shortcut != null) {
        rewrite.keep(fuse(node, shortcut));
      } else if (!shortcuts.containsValue(node)) {
        rewrite.keep(node);
      }
    }
    return rewrite.finish(graph.output());
  }

  private static Node shortcut(Graph graph, Node restore) {
    return graph.node(restore.inputs().get(1));
  }

  private static boolean isFusible(Graph graph, Node node) {
    if (!(node.op() instanceof Op.Convolution restore)
        || !restore.isPointwise()
        || !restore.hasResidual()) {
      return false;
    }
    Node shortcut = shortcut(graph, node);
    return restore.stride() == 1
        && shortcut.op() instanceof Op.Convolution c
        && c.isPointwise()
        && !c.hasResidual()
        && !c.hasRelu()
        && graph.hasOneConsumer(shortcut.name())
        && !shortcut.inputs().get(0).equals(node.inputs().get(0))
        && !FuseResidualAdd.isOverwritten(graph, shortcut.inputs().get(0));
  }

  private static Node fuse(Node restore, Node shortcut) {
    Op.Convolution first = (Op.Convolution) restore.op();
    Op.Convolution second = (Op.Convolution) shortcut.op();
    Parameter weight =
        new JoinedRows(restore.parameters().weight(), shortcut.parameters().weight());
    double[] bias = new double[first.outputs()];
    List<Parameter> biases =
        Stream.of(restore, shortcut).flatMap(node -> node.parameters().bias().stream()).toList();
    for (Parameter each : biases) {
      double[] values = each.vector();
      for (int i = 0; i < bias.length; i++) {
        bias[i] += values[i];
      }
    }
    return new Node(
        restore.name(),
        new Op.PointwiseSum(first.outputs(), second.stride(), first.hasRelu()),
        List.of(restore.inputs().get(0), shortcut.inputs().get(0)),
        biases.isEmpty()
            ? Parameters.of(weight)
            : Parameters.of(weight, new Vector(restore.name() + ".joined", bias)));
  }

  /**
   * The rows of one weight with those of another behind them.
   *
   * @param first of [outputs, inputs, 1, 1]
   * @param second with as many rows
   */
  private record JoinedRows(Parameter first, Parameter second) implements Parameter {
    @Override
    public String key() {
      return first.key() + "+" + second.key();
    }

    @Override
    public List<Integer> shape() {
      List<Integer> shape = new ArrayList<>(first.shape());
      shape.set(1, first.rowLength() + second.rowLength());
      return shape;
    }

    @Override
    public void readRow(int row, double[] into) {
      readRows(row, 1, into);
    }

    @Override
    public void readRows(int from, int count, double[] into) {
      copy(first, from, count, into, 0);
      copy(second, from, count, into, first.rowLength());
    }

    private void copy(Parameter part, int from, int count, double[] into, int column) {
      int length = part.rowLength();
      double[] rows = new double[count * length];
      part.readRows(from, count, rows);
      for (int i = 0; i < count; i++) {
        System.arraycopy(rows, i * length, into, i * rowLength() + column, length);
      }
    }
  }
}
