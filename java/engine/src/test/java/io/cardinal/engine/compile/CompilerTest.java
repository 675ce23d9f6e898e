// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.compile;

import static org.assertj.core.api.Assertions.assertThat;

import io.cardinal.engine.Networks;
import io.cardinal.engine.graph.Graph;
import io.cardinal.engine.graph.Node;
import io.cardinal.engine.graph.Op;
import io.cardinal.engine.graph.RandomParameter;
import io.cardinal.engine.graph.ResNeXt;
import io.cardinal.engine.graph.Shape;
import io.cardinal.engine.graph.Zeros;
import io.cardinal.engine.plan.GraphRunner;
import io.cardinal.engine.spec.Architecture;
import io.cardinal.engine.spec.Architectures;
import io.cardinal.engine.spec.ResNeXtSpec;
import io.cardinal.engine.spec.Stem;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** All passes together on whole networks. */
class CompilerTest {
  static List<Architecture> all() {
    return Architectures.all();
  }

  @ParameterizedTest
  @MethodSource("all")
  void shouldLeaveConvolutionsPoolsAndTheClassifierOnly(Architecture each) {
    ResNeXtSpec spec = each.spec();
    Graph compiled = Compiler.compile(ResNeXt.build(spec, Zeros::new));
    int blocks = spec.blocks().stream().mapToInt(Integer::intValue).sum();
    int stages = spec.blocks().size();
    assertThat(compiled.nodes())
        .extracting(Node::op)
        .allMatch(
            op ->
                op instanceof Op.Input
                    || op instanceof Op.Convolution
                    || op instanceof Op.MaxPool
                    || op instanceof Op.GlobalAveragePool
                    || op instanceof Op.Linear);
    assertThat(convolutions(compiled)).hasSize(1 + 3 * blocks + stages);
    assertThat(convolutions(compiled)).filteredOn(Op.Convolution::hasResidual).hasSize(blocks);
    assertThat(convolutions(compiled)).filteredOn(c -> !c.hasRelu()).hasSize(stages);
    int pools = spec.stem() == Stem.CONV7X7_POOL ? 2 : 1;
    assertThat(compiled.nodes()).hasSize(1 + (1 + 3 * blocks + stages) + pools + 1);
  }

  @Test
  void shouldGiveTheOpsOfABlock() {
    Graph compiled = Compiler.compile(ResNeXt.build(Networks.SMALL, Zeros::new));
    assertThat(compiled.nodes())
        .extracting(Node::name)
        .startsWith(
            "image",
            "conv1",
            "maxpool",
            "layer1.0.conv1",
            "layer1.0.conv2",
            "layer1.0.downsample.0",
            "layer1.0.conv3",
            "layer1.1.conv1",
            "layer1.1.conv2",
            "layer1.1.conv3");
    assertThat(compiled.node("layer1.0.conv3").inputs())
        .containsExactly("layer1.0.conv2", "layer1.0.downsample.0");
    assertThat(compiled.node("layer1.1.conv3").inputs())
        .containsExactly("layer1.1.conv2", "layer1.0.conv3");
    assertThat(compiled.node("layer1.1.conv3").op())
        .isEqualTo(Op.Convolution.plain(32, 1, 1, 0, 1).withResidual().withRelu());
    assertThat(compiled.node("layer1.0.downsample.0").op())
        .isEqualTo(Op.Convolution.plain(32, 1, 1, 0, 1));
  }

  @Test
  void shouldKeepTheFunctionOfAWholeNetwork() {
    Graph graph = ResNeXt.build(Networks.SMALL, RandomParameter::new);
    Shape input = new Shape(2, 33, 47, 3);
    float[] images = Networks.images(2, 33, 47, 21);
    double[] expected = GraphRunner.run("reference", graph, input, images);
    double[] found = GraphRunner.run("reference", Compiler.compile(graph), input, images);
    double largest = 0;
    for (double each : expected) {
      largest = Math.max(largest, Math.abs(each));
    }
    for (int i = 0; i < expected.length; i++) {
      assertThat(Math.abs(found[i] - expected[i])).isLessThanOrEqualTo(1e-12 * largest);
    }
  }

  @Test
  void shouldChangeNothingMoreOnASecondRun() {
    Graph once = Compiler.compile(ResNeXt.build(Networks.SMALL, Zeros::new));
    assertThat(Compiler.compile(once)).isEqualTo(once);
  }

  private static List<Op.Convolution> convolutions(Graph graph) {
    return graph.nodes().stream()
        .map(Node::op)
        .filter(Op.Convolution.class::isInstance)
        .map(Op.Convolution.class::cast)
        .toList();
  }
}
