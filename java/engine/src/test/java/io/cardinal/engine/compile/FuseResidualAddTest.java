// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.compile;

import static io.cardinal.engine.compile.PassHarness.apply;
import static io.cardinal.engine.compile.PassHarness.convolution;
import static io.cardinal.engine.compile.PassHarness.graph;
import static io.cardinal.engine.compile.PassHarness.names;
import static org.assertj.core.api.Assertions.assertThat;

import io.cardinal.engine.graph.Graph;
import io.cardinal.engine.graph.Node;
import io.cardinal.engine.graph.Op;
import io.cardinal.engine.graph.Parameters;
import io.cardinal.engine.graph.RandomParameter;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which sums go into a convolution. */
class FuseResidualAddTest {
  @Test
  void shouldFuseAnIdentityShortcut() {
    Graph before =
        graph(
            (g, x) -> {
              var shortcut = x.convolution("stem", 4, 3, 1, 1).relu();
              var branch = shortcut.convolution("a", 4, 3, 1, 1).relu();
              return branch.convolution("c", 4, 1, 1, 1).add("sum", shortcut);
            });
    Graph after = apply(FuseResidualAdd::apply, before);
    assertThat(names(after)).containsExactly("image", "stem", "stem.relu", "a", "a.relu", "c");
    assertThat(after.node("c").inputs()).containsExactly("a.relu", "stem.relu");
    assertThat(convolution(after, "c").hasResidual()).isTrue();
    assertThat(after.output()).isEqualTo("c");
  }

  @Test
  void shouldMoveTheConvolutionBehindAShortcutOfItsOwn() {
    Graph before =
        graph(
            (g, x) -> {
              var stem = x.convolution("stem", 4, 3, 1, 1);
              var branch = stem.convolution("c", 8, 3, 2, 2);
              return branch.add("sum", stem.convolution("downsample", 8, 1, 2, 1)).relu();
            });
    Graph after = apply(FuseResidualAdd::apply, before);
    assertThat(names(after)).containsExactly("image", "stem", "downsample", "c", "sum.relu");
    assertThat(after.node("c").inputs()).containsExactly("stem", "downsample");
    assertThat(after.node("sum.relu").inputs()).containsExactly("c");
    assertThat(convolution(after, "downsample").hasResidual()).isFalse();
  }

  @Test
  void shouldFuseEachSumOfAChain() {
    Graph before =
        graph(
            (g, x) -> {
              var y = x.convolution("stem", 4, 1, 1, 1);
              for (int i = 0; i < 3; i++) {
                var mid = y.convolution(i + ".a", 4, 1, 1, 1);
                y = mid.convolution(i + ".b", 4, 3, 1, 2).add(i + ".sum", y);
              }
              return y;
            });
    Graph after = apply(FuseResidualAdd::apply, before);
    assertThat(names(after))
        .containsExactly("image", "stem", "0.a", "0.b", "1.a", "1.b", "2.a", "2.b");
    assertThat(after.node("2.b").inputs()).containsExactly("2.a", "1.b");
  }

  @Test
  void shouldLeaveASumWhoseShortcutIsUsedLater() {
    assertUntouched(
        graph(
            (g, x) -> {
              var shortcut = x.convolution("s", 4, 1, 1, 1).relu();
              var sum = x.convolution("c", 4, 3, 1, 1).add("sum", shortcut).relu();
              return sum.globalAveragePool("p").add("late", shortcut.globalAveragePool("q"));
            }));
  }

  @Test
  void shouldLeaveASumWhoseShortcutIsTheAnswer() {
    Graph both =
        graph((g, x) -> x.convolution("c", 4, 3, 1, 1).add("sum", x.convolution("s", 4, 1, 1, 1)));
    assertUntouched(new Graph(both.nodes(), "s"));
  }

  @Test
  void shouldLeaveTheImageAlone() {
    assertUntouched(graph((g, x) -> x.convolution("c", 3, 3, 1, 1).add("sum", x)));
    assertUntouched(
        graph((g, x) -> x.convolution("a", 5, 1, 1, 1).convolution("c", 3, 3, 1, 1).add("sum", x)));
  }

  /** It would write over what it still reads. */
  @Test
  void shouldLeaveAConvolutionOfTheShortcutItself() {
    assertUntouched(
        graph(
            (g, x) -> {
              var shortcut = x.convolution("s", 4, 1, 1, 1).relu();
              return shortcut.convolution("c", 4, 3, 1, 1).add("sum", shortcut);
            }));
  }

  @Test
  void shouldLeaveAConvolutionWithSeveralUses() {
    assertUntouched(
        graph(
            (g, x) -> {
              var c = x.convolution("c", 4, 3, 1, 1);
              var sum = c.add("sum", x.convolution("s", 4, 1, 1, 1).relu());
              return sum.globalAveragePool("p").add("twice", c.globalAveragePool("q"));
            }));
    assertUntouched(
        graph(
            (g, x) -> {
              var c = x.convolution("c", 4, 3, 1, 1);
              return c.add("double", c);
            }));
  }

  @Test
  void shouldLeaveASumOfTwoThatAreNoConvolutions() {
    assertUntouched(
        graph(
            (g, x) -> {
              var a = x.convolution("a", 4, 1, 1, 1).relu();
              return a.add("sum", x.convolution("b", 4, 1, 1, 1).batchNorm("n", 1e-5));
            }));
  }

  @Test
  void shouldFuseOneOfTwoSumsThatMeetTheSameConvolution() {
    Graph before =
        graph(
            (g, x) -> {
              var a = x.convolution("a", 4, 1, 1, 1);
              var b = x.convolution("b", 4, 1, 1, 1);
              var first = x.convolution("c", 4, 3, 1, 1).add("first", a);
              return first.add("second", b);
            });
    Graph after = apply(FuseResidualAdd::apply, before);
    assertThat(names(after)).containsExactly("image", "a", "b", "c", "second");
  }

  /** "first" may write over "a" only while "c1" stands before it. */
  @Test
  void shouldNotMoveAConvolutionBehindWhatWritesOverItsInput() {
    Graph before =
        graph(
            (g, x) -> {
              var a = x.convolution("a", 4, 1, 1, 1);
              var b = x.convolution("b", 4, 1, 1, 1);
              var c1 = a.convolution("c1", 4, 3, 1, 1);
              var first = b.convolution("c2", 4, 3, 1, 1).add("first", a);
              return c1.add("second", first);
            });
    Graph after = apply(FuseResidualAdd::apply, before);
    assertThat(names(after)).containsExactly("image", "a", "b", "c1", "c2", "second");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void shouldKeepTheFunctionOfRandomGraphs(long seed) {
    Graph before = random(new SplittableRandom(seed));
    apply(FuseResidualAdd::apply, before);
    apply(Compiler::compile, before);
  }

  /** Convolutions, norms, ReLUs and sums of earlier values, all of four channels. */
  static Graph random(SplittableRandom random) {
    List<Node> nodes = new ArrayList<>();
    nodes.add(new Node("image", new Op.Input(), List.of(), Parameters.NONE));
    nodes.add(layer("stem", "image", 3, random));
    for (int i = 0; i < 25; i++) {
      String name = "n" + i;
      String x = nodes.get(1 + random.nextInt(nodes.size() - 1)).name();
      String y = nodes.get(1 + random.nextInt(nodes.size() - 1)).name();
      switch (random.nextInt(5)) {
        case 0 -> nodes.add(new Node(name, new Op.Relu(), List.of(x), Parameters.NONE));
        case 1, 2 -> nodes.add(new Node(name, new Op.Add(), List.of(x, y), Parameters.NONE));
        default -> nodes.add(layer(name, x, 4, random));
      }
    }
    String output = nodes.get(nodes.size() - 1 - random.nextInt(4)).name();
    return new Graph(nodes, output);
  }

  private static Node layer(String name, String input, int inputs, SplittableRandom random) {
    int kernel = random.nextBoolean() ? 1 : 3;
    Op op = Op.Convolution.plain(4, kernel, 1, kernel / 2, 1);
    var weight = new RandomParameter(name + ".weight", List.of(4, inputs, kernel, kernel));
    return new Node(name, op, List.of(input), Parameters.of(weight));
  }

  private static void assertUntouched(Graph graph) {
    assertThat(apply(FuseResidualAdd::apply, graph)).isEqualTo(graph);
  }
}
