// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.plan;

import io.cardinal.engine.graph.Op;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Prints a plan as a table of steps, with a line of sums. */
public final class PlanTable {
  private static final List<String> HEADINGS =
      List.of(
          "step",
          "op",
          "input",
          "output",
          "runs",
          "strips",
          "kernel",
          "implementation",
          "from",
          "to",
          "multiply-adds",
          "bytes");

  private PlanTable() {}

  /**
   * The table.
   *
   * @param plan what to print
   * @return lines of text, each ended by a line feed
   */
  public static String print(ExecutionPlan plan) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(HEADINGS);
    List<Portion> order = plan.order();
    for (int i = 0; i < plan.steps().size(); i++) {
      int step = i;
      long strips = order.stream().filter(portion -> portion.step() == step).count();
      rows.add(row(plan.steps().get(i), strips));
    }
    StringBuilder text = new StringBuilder(align(rows));
    text.append(
        String.format(
            Locale.ROOT,
            "%d steps, %d multiply-adds; bytes: arena %d, scratchpad %d, packed weights %d%n",
            plan.steps().size(),
            plan.multiplyAdds(),
            plan.arenaBytes(),
            plan.scratchpadBytes(),
            plan.weightBytes()));
    plan.notes().forEach(note -> text.append(note).append(System.lineSeparator()));
    return text.toString();
  }

  private static List<String> row(PlanStep step, long strips) {
    List<String> row = new ArrayList<>();
    row.add(step.node().name());
    row.add(describe(step.node().op()));
    row.add(step.inputs().get(0).toString());
    row.add(step.output().toString());
    row.add(Integer.toString(step.runs()));
    row.add(Long.toString(strips));
    row.add(step.provider());
    row.add(step.implementation());
    row.add(step.inputOffsets().stream().map(Object::toString).collect(Collectors.joining(",")));
    row.add(Long.toString(step.outputOffset()));
    row.add(Long.toString(step.multiplyAdds()));
    row.add(Long.toString(step.activationBytes() + step.runs() * step.weightBytes()));
    return row;
  }

  /** An op in a few words: {@code conv 3x3/2 g32 +relu}. */
  static String describe(Op op) {
    if (op instanceof Op.Convolution c) {
      return "conv "
          + c.kernel()
          + "x"
          + c.kernel()
          + (c.stride() > 1 ? "/" + c.stride() : "")
          + (c.groups() > 1 ? " g" + c.groups() : "")
          + (c.hasResidual() ? " +residual" : "")
          + (c.hasRelu() ? " +relu" : "");
    } else if (op instanceof Op.PointwiseSum s) {
      return "conv 1x1 + conv 1x1"
          + (s.secondStride() > 1 ? "/" + s.secondStride() : "")
          + (s.hasRelu() ? " +relu" : "");
    } else if (op instanceof Op.MaxPool p) {
      return "max-pool " + p.kernel() + "x" + p.kernel() + "/" + p.stride();
    } else if (op instanceof Op.GlobalAveragePool) {
      return "global average pool";
    } else if (op instanceof Op.BatchNorm) {
      return "batch norm";
    }
    return op.getClass().getSimpleName().toLowerCase(Locale.ROOT);
  }

  private static String align(List<List<String>> rows) {
    int columns = rows.get(0).size();
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int c = 0; c < columns; c++) {
        widths[c] = Math.max(widths[c], row.get(c).length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int c = 0; c < columns; c++) {
        String pad = " ".repeat(widths[c] - row.get(c).length());
        boolean isNumber = c >= HEADINGS.indexOf("from");
        line.append(isNumber ? pad + row.get(c) : row.get(c) + pad).append("  ");
      }
      text.append(line.toString().stripTrailing()).append(System.lineSeparator());
    }
    return text.toString();
  }
}
