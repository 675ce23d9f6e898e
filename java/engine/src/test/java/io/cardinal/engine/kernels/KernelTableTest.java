// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.cardinal.engine.compile.Compiler;
import io.cardinal.engine.graph.Graph;
import io.cardinal.engine.graph.Node;
import io.cardinal.engine.graph.Op;
import io.cardinal.engine.graph.Parameters;
import io.cardinal.engine.graph.ResNeXt;
import io.cardinal.engine.graph.Shape;
import io.cardinal.engine.graph.Zeros;
import io.cardinal.engine.kernels.KernelTable.Estimate;
import io.cardinal.engine.spec.Architecture;
import io.cardinal.engine.spec.Architectures;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class KernelTableTest {
  private static final List<String> MEASURED = List.of("authenticamd-25-17", "genuineintel-6-207");

  static List<Arguments> all() {
    return MEASURED.stream()
        .flatMap(family -> Architectures.all().stream().map(each -> Arguments.of(family, each)))
        .toList();
  }

  @ParameterizedTest
  @CsvSource({
    "authenticamd-25-17, the table of authenticamd-25-17",
    "authenticamd-25-97, 'the table of authenticamd-25-17, the nearest to this CPU,'",
    "authenticamd-26-2, 'the table of authenticamd-25-17, the nearest to this CPU,'",
    "genuineintel-6-207, the table of genuineintel-6-207",
    "genuineintel-6-143, 'the table of genuineintel-6-207, the nearest to this CPU,'",
    "genuineintel-19-1, 'the table of genuineintel-6-207, the nearest to this CPU,'",
    "unknown-0-0, 'the table of authenticamd-25-17, the nearest to this CPU,'",
  })
  void shouldTakeTheNearestTable(String family, String name) {
    assertThat(KernelTable.of(family)).hasToString(name);
  }

  @ParameterizedTest
  @MethodSource("all")
  void shouldEstimateEveryNetwork(String family, Architecture each) {
    Estimate found = estimate(family, each, 1);
    Graph graph = ResNeXt.build(each.spec(), Zeros::new);
    double gigaflops = 2e-9 * graph.multiplyAdds(new Shape(1, each.input(), each.input(), 3));
    assertThat(1e3 * gigaflops / found.cardinal()).as("GFLOP/s on cardinal").isBetween(20.0, 400.0);
    assertThat(1e3 * gigaflops / found.oneDnn()).as("GFLOP/s on onednn").isBetween(5.0, 400.0);
  }

  @ParameterizedTest
  @MethodSource("all")
  void shouldCountBothPartsOfASum(String family, Architecture each) {
    Graph graph = Compiler.compile(ResNeXt.build(each.spec(), Zeros::new));
    Shape usual = new Shape(1, each.input(), each.input(), 3);
    Estimate apart = KernelTable.of(family).estimate(graph, usual).orElseThrow();
    Estimate fused =
        KernelTable.of(family).estimate(Compiler.fuseProjections(graph), usual).orElseThrow();
    assertThat(fused.cardinal()).isCloseTo(apart.cardinal(), within(1e-9 * apart.cardinal()));
    assertThat(fused.oneDnn()).isCloseTo(apart.oneDnn(), within(1e-9 * apart.oneDnn()));
  }

  @Test
  void shouldCountAnImageAlikeInABatch() {
    Architecture each = Architectures.named("resnext50_32x4d").orElseThrow();
    Estimate one = estimate(MEASURED.get(0), each, 1);
    Estimate many = estimate(MEASURED.get(0), each, 8);
    assertThat(many.cardinal()).isCloseTo(one.cardinal(), within(1e-6 * one.cardinal()));
    assertThat(KernelTable.of(MEASURED.get(0)).describe(one))
        .matches(
            "by the table of authenticamd-25-17 an image takes \\d+\\.\\d ms on cardinal,"
                + " \\d+\\.\\d ms on onednn");
  }

  @Test
  void shouldEstimateNothingForALayerWithoutRows() {
    Graph graph =
        new Graph(
            List.of(
                new Node("image", new Op.Input(), List.of(), Parameters.NONE),
                new Node("pool", new Op.MaxPool(2, 2, 0), List.of("image"), Parameters.NONE)),
            "pool");
    assertThat(KernelTable.of(MEASURED.get(0)).estimate(graph, new Shape(1, 8, 8, 3))).isEmpty();
  }

  private static Estimate estimate(String family, Architecture each, int batch) {
    Graph graph = Compiler.compile(ResNeXt.build(each.spec(), Zeros::new));
    Shape usual = new Shape(batch, each.input(), each.input(), 3);
    return KernelTable.of(family).estimate(graph, usual).orElseThrow();
  }
}
