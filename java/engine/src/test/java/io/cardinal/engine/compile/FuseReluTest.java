// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.compile;

import static io.cardinal.engine.compile.PassHarness.apply;
import static io.cardinal.engine.compile.PassHarness.convolution;
import static io.cardinal.engine.compile.PassHarness.graph;
import static io.cardinal.engine.compile.PassHarness.names;
import static org.assertj.core.api.Assertions.assertThat;

import io.cardinal.engine.graph.Graph;
import org.junit.jupiter.api.Test;

/** Which ReLUs go into a convolution. */
class FuseReluTest {
  @Test
  void shouldFuseIntoAConvolution() {
    Graph before = graph((g, x) -> x.convolution("c", 4, 3, 1, 1).relu());
    Graph after = apply(FuseRelu::apply, before);
    assertThat(names(after)).containsExactly("image", "c");
    assertThat(after.output()).isEqualTo("c");
    assertThat(convolution(after, "c").hasRelu()).isTrue();
    assertThat(after.node("c").parameters()).isEqualTo(before.node("c").parameters());
  }

  @Test
  void shouldFuseBehindAResidual() {
    Graph sum =
        graph(
            (g, x) -> {
              var shortcut = x.convolution("s", 4, 1, 1, 1);
              return x.convolution("c", 4, 3, 1, 1).add("sum", shortcut).relu();
            });
    Graph after = apply(FuseRelu::apply, FuseResidualAdd.apply(sum));
    assertThat(names(after)).containsExactly("image", "s", "c");
    assertThat(convolution(after, "c").hasRelu()).isTrue();
    assertThat(convolution(after, "c").hasResidual()).isTrue();
    assertThat(convolution(after, "s").hasRelu()).isFalse();
  }

  @Test
  void shouldFuseOnlyTheFirstOfTwo() {
    Graph after =
        apply(FuseRelu::apply, graph((g, x) -> x.convolution("c", 4, 3, 1, 1).relu().relu()));
    assertThat(names(after)).containsExactly("image", "c", "c.relu.relu");
    assertThat(after.node("c.relu.relu").inputs()).containsExactly("c");
    assertThat(apply(FuseRelu::apply, after)).isEqualTo(after);
  }

  @Test
  void shouldLeaveAConvolutionWithSeveralUses() {
    assertUntouched(
        graph(
            (g, x) -> {
              var c = x.convolution("c", 4, 3, 1, 1);
              return c.relu().add("sum", c);
            }));
  }

  @Test
  void shouldLeaveAConvolutionWhoseValueIsTheAnswer() {
    Graph both = graph((g, x) -> x.convolution("c", 4, 3, 1, 1).relu());
    assertUntouched(new Graph(both.nodes(), "c"));
  }

  @Test
  void shouldLeaveAReluBehindAnythingElse() {
    assertUntouched(graph((g, x) -> x.relu()));
    assertUntouched(graph((g, x) -> x.maxPool("pool", 3, 2, 1).relu()));
    assertUntouched(graph((g, x) -> x.convolution("c", 4, 3, 1, 1).batchNorm("n", 1e-5).relu()));
    assertUntouched(graph((g, x) -> x.globalAveragePool("pool").linear("fc", 5).relu()));
    assertUntouched(graph((g, x) -> x.convolution("c", 4, 3, 1, 1)));
  }

  private static void assertUntouched(Graph graph) {
    assertThat(apply(FuseRelu::apply, graph)).isEqualTo(graph);
  }
}
