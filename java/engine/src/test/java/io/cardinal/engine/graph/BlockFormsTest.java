// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.graph;

import static org.assertj.core.api.Assertions.assertThat;

import io.cardinal.engine.compile.Compiler;
import io.cardinal.engine.graph.BlockForms.Form;
import io.cardinal.engine.plan.GraphRunner;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The paper's Figure 3: three forms of a block, the same numbers from the same parameters. */
class BlockFormsTest {
  private static final String CASES =
      """
      reference, 32, 4, 4, 1e-12
      reference, 8,  8, 1, 1e-12
      reference, 4,  1, 4, 1e-12
      onednn,  256, 32, 4, 1e-5
      onednn,   64,  8, 8, 1e-5
      onednn,    4,  1, 4, 1e-5
      """;

  @ParameterizedTest
  @CsvSource(textBlock = CASES)
  void shouldGiveTheSameNumbersInAllThreeForms(
      String kernels, int channels, int cardinality, int width, double tolerance) {
    double[] grouped = null;
    for (Form form : Form.values()) {
      Graph block =
          BlockForms.threeLayers(form, channels, cardinality, width, RandomParameter::new);
      double[] found = run(kernels, channels, block);
      grouped = grouped == null ? found : grouped;
      assertClose(found, grouped, tolerance);
    }
  }

  @ParameterizedTest
  @CsvSource(textBlock = CASES)
  void shouldMakeTwoLayersNoMoreThanADenseBlock(
      String kernels, int channels, int cardinality, int width, double tolerance) {
    Graph dense = BlockForms.twoLayers(false, channels, cardinality, width, RandomParameter::new);
    Graph split = BlockForms.twoLayers(true, channels, cardinality, width, RandomParameter::new);
    assertClose(run(kernels, channels, split), run(kernels, channels, dense), tolerance);
    assertThat(dense.nodes().stream().map(Node::op))
        .filteredOn(op -> op instanceof Op.Convolution)
        .allMatch(op -> ((Op.Convolution) op).groups() == 1)
        .hasSize(2);
  }

  @Test
  void shouldCostTheSameInEveryForm() {
    Shape map = new Shape(1, 56, 56, 256);
    for (Form form : Form.values()) {
      Graph block = BlockForms.threeLayers(form, 256, 32, 4, RandomParameter::new);
      assertThat(block.multiplyAdds(map)).isEqualTo(219_971_584L); // the paper's Table 2
    }
  }

  private static double[] run(String kernels, int channels, Graph block) {
    Shape map = new Shape(2, 5, 7, channels);
    float[] input = new float[(int) map.elements()];
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < input.length; i++) {
      input[i] = (float) (2 * random.nextDouble() - 1);
    }
    double[] compiled = GraphRunner.run(kernels, Compiler.compile(block), map, input);
    double[] plain = GraphRunner.run(kernels, block, map, input);
    assertClose(compiled, plain, kernels.equals("reference") ? 1e-12 : 1e-5);
    return compiled;
  }

  private static void assertClose(double[] found, double[] expected, double tolerance) {
    double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
    assertThat(largest).isPositive();
    for (int i = 0; i < expected.length; i++) {
      assertThat(Math.abs(found[i] - expected[i])).isLessThanOrEqualTo(tolerance * largest);
    }
  }
}
