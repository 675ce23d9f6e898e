// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.compile;

import static io.cardinal.engine.compile.PassHarness.graph;
import static io.cardinal.engine.compile.PassHarness.names;
import static io.cardinal.engine.compile.PassHarness.withBias;
import static org.assertj.core.api.Assertions.assertThat;

import io.cardinal.engine.Networks;
import io.cardinal.engine.graph.Graph;
import io.cardinal.engine.graph.Node;
import io.cardinal.engine.graph.Op;
import io.cardinal.engine.graph.Parameter;
import io.cardinal.engine.graph.RandomParameter;
import io.cardinal.engine.graph.ResNeXt;
import io.cardinal.engine.graph.Zeros;
import io.cardinal.engine.spec.Architecture;
import io.cardinal.engine.spec.Architectures;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which down-samplings go into the sum of a block's last layer. */
class FuseProjectionTest {
  static List<Architecture> all() {
    return Architectures.all();
  }

  @ParameterizedTest
  @MethodSource("all")
  void shouldFuseTheFirstBlockOfEachStage(Architecture each) {
    Graph compiled = Compiler.compile(ResNeXt.build(each.spec(), Zeros::new));
    Graph fused = FuseProjection.apply(compiled);
    int stages = each.spec().blocks().size();
    assertThat(fused.nodes()).hasSize(compiled.nodes().size() - stages);
    assertThat(names(fused)).noneMatch(name -> name.contains("downsample"));
    for (int stage = 1; stage <= stages; stage++) {
      Node sum = fused.node("layer" + stage + ".0.conv3");
      int outputs = sum.parameters().weight().rows();
      assertThat(sum.op()).isEqualTo(new Op.PointwiseSum(outputs, stage == 1 ? 1 : 2, true));
      Node restore = compiled.node(sum.name());
      Node shortcut = compiled.node(restore.inputs().get(1));
      assertThat(sum.inputs()).containsExactly(restore.inputs().get(0), shortcut.inputs().get(0));
      assertThat(sum.parameters().elements() + outputs)
          .isEqualTo(restore.parameters().elements() + shortcut.parameters().elements());
    }
    assertThat(FuseProjection.apply(fused)).isEqualTo(fused);
  }

  @Test
  void shouldKeepTheFunctionOfAWholeNetwork() {
    Graph graph = Compiler.compile(ResNeXt.build(Networks.SMALL, RandomParameter::new));
    assertThat(apply(graph).nodes()).hasSize(graph.nodes().size() - 4);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "c", "s", "c s"})
  void shouldAddUpWhatBiasesThereAre(String biased) {
    Graph before =
        FuseResidualAdd.apply(
            graph(
                (g, x) -> {
                  var stem = x.convolution("stem", 5, 3, 1, 1);
                  var branch = stem.convolution("b", 4, 3, 2, 1);
                  var shortcut = stem.convolution("s", 8, 1, 2, 1);
                  return branch.convolution("c", 8, 1, 1, 1).add("sum", shortcut);
                }));
    for (String name : biased.split(" ")) {
      before = name.isEmpty() ? before : withBias(before, name);
    }
    Graph after = apply(before);
    assertThat(names(after)).containsExactly("image", "stem", "b", "c");
    assertThat(after.node("c").op()).isEqualTo(new Op.PointwiseSum(8, 2, false));
    assertThat(after.node("c").parameters().bias().isPresent()).isEqualTo(!biased.isEmpty());
    Parameter weight = after.node("c").parameters().weight();
    assertThat(weight.key()).isEqualTo("c.weight+s.weight");
    assertThat(weight.shape()).containsExactly(8, 4 + 5, 1, 1);
    double[] rows = new double[3 * 9];
    double[] row = new double[9];
    weight.readRows(2, 3, rows);
    weight.readRow(4, row);
    assertThat(Arrays.copyOfRange(rows, 18, 27)).isEqualTo(row);
  }

  @Test
  void shouldLeaveAShortcutThatIsNoPlainConvolutionOfKernel1() {
    assertUntouched(
        graph(
            (g, x) -> {
              var stem = x.convolution("stem", 4, 3, 1, 1).relu();
              return stem.convolution("a", 4, 3, 1, 1).convolution("c", 4, 1, 1, 1).add("i", stem);
            }));
    assertUntouched(block(1, 3, 1));
    assertUntouched(
        graph(
            (g, x) -> {
              var branch = x.convolution("a", 4, 3, 1, 1).convolution("c", 4, 1, 1, 1);
              return branch.add("sum", x.convolution("s", 4, 1, 1, 1).relu());
            }));
  }

  @Test
  void shouldLeaveALastLayerOfAnotherKernelOrStride() {
    assertUntouched(block(3, 1, 1));
    assertUntouched(block(1, 1, 2));
  }

  @Test
  void shouldLeaveTwoConvolutionsOfTheSameValue() {
    assertUntouched(
        graph((g, x) -> x.convolution("c", 4, 1, 1, 1).add("sum", x.convolution("s", 4, 1, 1, 1))));
  }

  /** A sum of a chain writes over what the shortcut reads, before the shortcut would be there. */
  @Test
  void shouldNotMoveAShortcutBehindWhatWritesOverItsInput() {
    assertUntouched(
        graph(
            (g, x) -> {
              var a = x.convolution("a", 4, 1, 1, 1);
              var shortcut = a.convolution("s", 4, 1, 1, 1);
              var over = x.convolution("b", 4, 3, 1, 1).add("over", a);
              return over.convolution("c", 4, 1, 1, 1).add("sum", shortcut);
            }));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void shouldKeepTheFunctionOfRandomGraphs(long seed) {
    apply(Compiler.compile(FuseResidualAddTest.random(new SplittableRandom(seed))));
  }

  /** A block whose last layer and shortcut have these kernels, and both the stride. */
  private static Graph block(int lastKernel, int shortcutKernel, int stride) {
    return graph(
        (g, x) -> {
          var branch = x.convolution("a", 4, 3, 1, 1);
          var last = branch.convolution("c", 4, lastKernel, stride, 1);
          return last.add("sum", x.convolution("s", 4, shortcutKernel, stride, 1));
        });
  }

  private static Graph apply(Graph before) {
    return PassHarness.applyExactly(FuseProjection::apply, before);
  }

  private static void assertUntouched(Graph graph) {
    Graph compiled = Compiler.compile(graph);
    assertThat(FuseProjection.apply(compiled)).isEqualTo(compiled);
  }
}
