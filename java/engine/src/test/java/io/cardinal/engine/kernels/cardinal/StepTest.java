// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.kernels.cardinal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.cardinal.engine.graph.Node;
import io.cardinal.engine.graph.Op;
import io.cardinal.engine.graph.Parameters;
import io.cardinal.engine.graph.Shape;
import io.cardinal.engine.platform.MemoryBudget;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What libcardinal has no kernel for. */
class StepTest {
  private static final Shape INPUT = new Shape(1, 14, 14, 16);

  @BeforeEach
  void needLibcardinal() {
    assumeTrue(CardinalLibrary.isBuiltIn(), "this build has no libcardinal");
    CardinalLibrary.get();
  }

  static List<Op> foreign() {
    return List.of(
        new Op.MaxPool(2, 2, 0),
        new Op.BatchNorm(1e-5),
        new Op.Relu(),
        new Op.Concatenation(),
        new Op.Softmax());
  }

  @ParameterizedTest
  @MethodSource("foreign")
  void shouldNameTheLayerThatIsRefused(Op op) {
    assertThat(refusal("narrow", Op.Convolution.plain(8, 1, 1, 0, 1)))
        .startsWith("narrow: ")
        .contains("outputs: expected a multiple of 16, found ")
        .contains("outputs 8,");
    assertThat(refusal("other", op))
        .isEqualTo("other: expected a layer that libcardinal has a kernel for, found " + op);
  }

  private static String refusal(String name, Op op) {
    Node node = new Node(name, op, List.of("x"), Parameters.NONE);
    Shape output = op.infer(List.of(INPUT));
    MemoryBudget budget = new MemoryBudget(1 << 20);
    return Step.create(node, List.of(INPUT), output, Interleaving.none(), budget)
        .refused()
        .orElseThrow();
  }
}
