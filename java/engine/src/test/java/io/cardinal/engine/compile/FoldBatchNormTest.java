// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.compile;

import static io.cardinal.engine.compile.PassHarness.apply;
import static io.cardinal.engine.compile.PassHarness.graph;
import static io.cardinal.engine.compile.PassHarness.names;
import static io.cardinal.engine.compile.PassHarness.withBias;
import static org.assertj.core.api.Assertions.assertThat;

import io.cardinal.engine.graph.Graph;
import io.cardinal.engine.graph.Parameter;
import io.cardinal.engine.graph.Parameters.Role;
import org.junit.jupiter.api.Test;

/** Which batch normalisations go into a convolution, and with what numbers. */
class FoldBatchNormTest {
  private static final double EPSILON = 1e-3;

  @Test
  void shouldFoldIntoAConvolution() {
    Graph before = graph((g, x) -> x.convolution("c", 4, 3, 2, 1).batchNorm("n", EPSILON));
    Graph after = apply(FoldBatchNorm::apply, before);
    assertThat(names(after)).containsExactly("image", "c");
    assertThat(after.output()).isEqualTo("c");
    assertThat(after.node("c").op()).isEqualTo(before.node("c").op());
    assertThat(after.node("c").parameters().weight().shape()).containsExactly(4, 3, 3, 3);
  }

  /** w f and shift + (b - mean) f, to the last bit of a double. */
  @Test
  void shouldComputeInDouble() {
    Graph plain = graph((g, x) -> x.convolution("c", 4, 3, 1, 1).batchNorm("n", EPSILON));
    Graph before = withBias(plain, "c");
    Graph after = apply(FoldBatchNorm::apply, before);
    var norm = before.node("n").parameters();
    Parameter weight = before.node("c").parameters().weight();
    Parameter folded = after.node("c").parameters().weight();
    double[] bias = after.node("c").parameters().get(Role.BIAS).vector();
    double[] raw = new double[weight.rowLength()];
    double[] scaled = new double[weight.rowLength()];
    for (int o = 0; o < 4; o++) {
      double variance = norm.get(Role.VARIANCE).vector()[o];
      double f = norm.weight().vector()[o] / Math.sqrt(variance + EPSILON);
      double b = before.node("c").parameters().get(Role.BIAS).vector()[o];
      weight.readRow(o, raw);
      folded.readRow(o, scaled);
      for (int i = 0; i < raw.length; i++) {
        assertThat(scaled[i]).isEqualTo(raw[i] * f);
      }
      double shift = norm.get(Role.BIAS).vector()[o];
      assertThat(bias[o]).isEqualTo(shift + (b - norm.get(Role.MEAN).vector()[o]) * f);
    }
  }

  @Test
  void shouldFoldIntoAGroupedConvolution() {
    Graph before =
        graph(
            (g, x) ->
                x.convolution("a", 8, 1, 1, 1).convolution("b", 8, 3, 2, 4).batchNorm("n", 1e-5));
    assertThat(names(apply(FoldBatchNorm::apply, before))).containsExactly("image", "a", "b");
  }

  @Test
  void shouldFoldOnlyTheFirstOfTwo() {
    Graph before =
        graph(
            (g, x) ->
                x.convolution("c", 4, 3, 1, 1).batchNorm("n", EPSILON).batchNorm("m", EPSILON));
    Graph after = apply(FoldBatchNorm::apply, before);
    assertThat(names(after)).containsExactly("image", "c", "m");
    assertThat(after.node("m").inputs()).containsExactly("c");
  }

  @Test
  void shouldLeaveAConvolutionWithSeveralUses() {
    Graph before =
        graph(
            (g, x) -> {
              var c = x.convolution("c", 4, 3, 1, 1);
              return c.batchNorm("n", EPSILON).add("sum", c);
            });
    assertThat(apply(FoldBatchNorm::apply, before)).isEqualTo(before);
  }

  @Test
  void shouldLeaveAConvolutionWhoseValueIsTheAnswer() {
    Graph both = graph((g, x) -> x.convolution("c", 4, 3, 1, 1).batchNorm("n", EPSILON).relu());
    Graph before = new Graph(both.nodes(), "c");
    assertThat(apply(FoldBatchNorm::apply, before)).isEqualTo(before);
  }

  @Test
  void shouldLeaveANormBehindAnythingElse() {
    assertUntouched(graph((g, x) -> x.batchNorm("n", EPSILON)));
    assertUntouched(graph((g, x) -> x.maxPool("pool", 3, 2, 1).batchNorm("n", EPSILON)));
    assertUntouched(graph((g, x) -> x.convolution("c", 4, 3, 1, 1).relu().batchNorm("n", EPSILON)));
    assertUntouched(
        graph((g, x) -> x.globalAveragePool("pool").linear("fc", 5).batchNorm("n", EPSILON)));
  }

  @Test
  void shouldLeaveAConvolutionThatEndsInAReluOrASum() {
    Graph relu = graph((g, x) -> x.convolution("c", 4, 3, 1, 1).relu().batchNorm("n", EPSILON));
    assertUntouched(FuseRelu.apply(relu));
    Graph sum =
        graph(
            (g, x) -> {
              var shortcut = x.convolution("s", 4, 1, 1, 1);
              return x.convolution("c", 4, 3, 1, 1).add("sum", shortcut).batchNorm("n", EPSILON);
            });
    assertUntouched(FuseResidualAdd.apply(sum));
  }

  private static void assertUntouched(Graph graph) {
    assertThat(apply(FoldBatchNorm::apply, graph)).isEqualTo(graph);
  }
}
