// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.plan;

import io.cardinal.engine.graph.Node;
import io.cardinal.engine.graph.Op;
import io.cardinal.engine.graph.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Steps behind each other that run an image strip by strip: some rows of the last one, and before
 * them those rows of the others that they need and that are not there yet, so that what one step
 * writes is still in a near cache when the next one reads it. No row is computed twice. Nothing
 * after the last step takes the values of the others.
 *
 * @param first number of the first step in its plan
 * @param last number of the last step
 * @param rows rows of the last step's output that a strip has; the last strip may have fewer
 */
public record Strips(int first, int last, int rows) {
  boolean contains(int step) {
    return first <= step && step <= last;
  }

  /** The order of execution of these steps, given all of the plan. */
  List<Portion> portions(List<PlanStep> all) {
    List<Node> section = new ArrayList<>();
    Map<String, Shape> shapes = new HashMap<>();
    for (PlanStep step : all.subList(first, last + 1)) {
      section.add(step.node());
      shapes.put(step.node().name(), step.output());
      for (int k = 0; k < step.inputs().size(); k++) {
        shapes.put(step.node().inputs().get(k), step.inputs().get(k));
      }
    }
    int height = all.get(last).output().height();
    int[] done = new int[section.size()];
    List<Portion> portions = new ArrayList<>();
    for (int begin = 0; begin < height; begin += rows) {
      Map<String, Integer> wanted = rowsAt(section, shapes, Math.min(height, begin + rows));
      for (int i = 0; i < done.length; i++) {
        int end = Objects.requireNonNull(wanted.get(section.get(i).name()));
        if (end > done[i]) {
          portions.add(new Portion(first + i, done[i], end - done[i]));
          done[i] = end;
        }
      }
    }
    return portions;
  }

  /**
   * How many rows of each value, from the first on, are computed or (of what goes into the section)
   * read when the last node has some.
   *
   * @param section the nodes
   * @param end how many rows the last one has
   */
  static Map<String, Integer> rowsAt(List<Node> section, Map<String, Shape> shapes, int end) {
    Map<String, Integer> rows = new HashMap<>();
    rows.put(section.get(section.size() - 1).name(), end);
    for (int i = section.size() - 1; i >= 0; i--) {
      Node node = section.get(i);
      int height = Shape.of(shapes, node.name()).height();
      int done = rows.getOrDefault(node.name(), height);
      for (Node later : section.subList(i + 1, section.size())) {
        // Rows that a residual sum writes over must have been read.
        if (hasResidual(later) && node.inputs().contains(later.inputs().get(1))) {
          done = Math.max(done, rowsReading(node, Objects.requireNonNull(rows.get(later.name()))));
        }
      }
      done = Math.min(done, height);
      rows.put(node.name(), done);
      for (int k = 0; k < node.inputs().size(); k++) {
        String input = node.inputs().get(k);
        int all = Shape.of(shapes, input).height();
        int read = done == height ? all : Math.min(all, rowsRead(node, k, done));
        rows.merge(input, read, Math::max);
      }
    }
    return rows;
  }

  static boolean hasResidual(Node node) {
    return node.op() instanceof Op.Convolution c && c.hasResidual();
  }

  /** How many of an input's rows the first rows of the output take. */
  private static int rowsRead(Node node, int input, int rows) {
    if (node.op() instanceof Op.PointwiseSum sum) {
      return input == 0 ? rows : (rows - 1) * sum.secondStride() + 1;
    } else if (input == 1) {
      return rows; // of a residual
    }
    if (node.op() instanceof Op.Convolution c) {
      return (rows - 1) * c.stride() - c.padding() + c.kernel();
    }
    Op.MaxPool pool = (Op.MaxPool) node.op();
    return (rows - 1) * pool.stride() - pool.padding() + pool.kernel();
  }

  /**
   * How many rows of the output there are when no other takes one of the first rows of the input.
   */
  private static int rowsReading(Node node, int rows) {
    if (node.op() instanceof Op.Convolution c) {
      return (rows + c.padding() + c.stride() - 1) / c.stride();
    }
    Op.MaxPool pool = (Op.MaxPool) node.op();
    return (rows + pool.padding() + pool.stride() - 1) / pool.stride();
  }
}
