// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.kernels.cardinal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.cardinal.engine.Errors;
import io.cardinal.engine.Networks;
import io.cardinal.engine.compile.Compiler;
import io.cardinal.engine.graph.Graph;
import io.cardinal.engine.graph.Node;
import io.cardinal.engine.graph.Op;
import io.cardinal.engine.graph.Parameters;
import io.cardinal.engine.graph.RandomParameter;
import io.cardinal.engine.graph.ResNeXt;
import io.cardinal.engine.graph.Shape;
import io.cardinal.engine.plan.GraphRunner;
import io.cardinal.engine.platform.MemoryBudget;
import io.cardinal.engine.spec.ResNeXtSpec;
import io.cardinal.engine.spec.Stem;
import io.cardinal.engine.tensor.FormulaTensors;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which order a CPU takes is a matter of its vendor: here both orders run on any. */
class InterleavingTest {
  @Test
  void shouldTakeTheValuesAroundGroupedConvolutionsOf4And8Channels() {
    assertThat(interleaved(graph(spec(4, 4))))
        .isEqualTo(
            Map.of(
                "layer1.0.conv1",
                4,
                "layer1.0.conv2",
                4,
                "layer1.1.conv1",
                4,
                "layer1.1.conv2",
                4,
                "layer2.0.conv1",
                8,
                "layer2.0.conv2",
                8));
    assertThat(interleaved(graph(spec(1, 16)))).isEmpty();
    assertThat(interleaved(graph(spec(3, 4)))).as("no whole blocks of 16 channels").isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"4, 4", "8, 8", "2, 8", "16, 4", "2, 16"})
  void shouldGiveTheReferencesAnswerInEitherOrder(int cardinality, int width) {
    assumeTrue(CardinalLibrary.isBuiltIn(), "this build has no libcardinal");
    Graph graph = graph(spec(cardinality, width));
    assertRightInEitherOrder(List.of(graph, Compiler.fuseProjections(graph)));
  }

  /** No ResNeXt has such a layer: its residual would be added in natural order. */
  @ParameterizedTest
  @ValueSource(ints = {4, 8})
  void shouldLeaveALayerWithAResidualInNaturalOrder(int width) {
    assumeTrue(CardinalLibrary.isBuiltIn(), "this build has no libcardinal");
    Op.Convolution pointwise = Op.Convolution.plain(32, 1, 1, 0, 1);
    Graph graph =
        new Graph(
            List.of(
                new Node("image", new Op.Input(), List.of(), Parameters.NONE),
                convolution("stem", Op.Convolution.plain(32, 3, 1, 1, 1), 3, "image"),
                convolution("shortcut", pointwise, 32, "stem"),
                convolution("sum", pointwise.withResidual().withRelu(), 32, "stem", "shortcut"),
                convolution("grouped", Op.Convolution.plain(32, 3, 1, 1, 32 / width), width, "sum"),
                convolution("restore", pointwise, 32, "grouped"),
                new Node("pool", new Op.GlobalAveragePool(), List.of("restore"), Parameters.NONE)),
            "pool");
    assertRightInEitherOrder(List.of(graph));
    assertThat(interleaved(graph)).isEmpty();
  }

  private static Node convolution(String name, Op.Convolution op, int inputs, String... from) {
    List<Integer> shape = List.of(op.outputs(), inputs, op.kernel(), op.kernel());
    Parameters parameters = Parameters.of(new RandomParameter(name + ".weight", shape));
    return new Node(name, op, List.of(from), parameters);
  }

  /**
   * Checks the answer to some images against the reference's.
   *
   * @param forms of one network
   */
  private static void assertRightInEitherOrder(List<Graph> forms) {
    Shape input = new Shape(3, 37, 30, 3);
    float[] images = Networks.images(3, 37, 30, 5);
    float[] expected = rounded(GraphRunner.run("reference", forms.get(0), input, images));
    for (Graph form : forms) {
      assertThat(interleaved(form)).isEqualTo(interleaved(forms.get(0)));
      for (Interleaving order : List.of(Interleaving.none(), Interleaving.of(form))) {
        MemoryBudget budget = new MemoryBudget(1L << 30);
        try (CardinalProvider provider =
            new CardinalProvider(form, input.withBatch(1), order, budget)) {
          float[] found = rounded(GraphRunner.run(provider, form, input, images, budget));
          assertThat(Errors.relative(found, expected)).isLessThan(1e-5);
        }
        assertThat(budget.used()).isZero();
      }
    }
  }

  private static ResNeXtSpec spec(int cardinality, int width) {
    return new ResNeXtSpec(
        List.of(2, 1, 2), cardinality, width, Stem.CONV7X7_POOL, 32, 64, 10, 1e-5);
  }

  private static Graph graph(ResNeXtSpec spec) {
    return Compiler.compile(ResNeXt.build(spec, FormulaTensors.of(spec, 0)));
  }

  private static Map<String, Integer> interleaved(Graph graph) {
    Interleaving interleaving = Interleaving.of(graph);
    Map<String, Integer> found = new TreeMap<>();
    for (Node node : graph.nodes()) {
      if (interleaving.of(node.name()) != 0) {
        found.put(node.name(), interleaving.of(node.name()));
      }
    }
    return found;
  }

  private static float[] rounded(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }
}
