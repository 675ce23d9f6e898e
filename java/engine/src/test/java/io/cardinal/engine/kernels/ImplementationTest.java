// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.cardinal.engine.ChildJvm;
import io.cardinal.engine.EngineOptions;
import io.cardinal.engine.Errors;
import io.cardinal.engine.Model;
import io.cardinal.engine.ModelDefinition;
import io.cardinal.engine.NetworkProbe;
import io.cardinal.engine.kernels.onednn.OneDnn;
import io.cardinal.engine.spec.Architecture;
import io.cardinal.engine.spec.Architectures;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** No convolution of a 224-pixel network falls back to oneDNN's slow paths. */
class ImplementationTest {
  private static final ConvolutionNames NAMES = new ConvolutionNames();

  static List<Architecture> imageNets() {
    return Architectures.all().stream().filter(each -> each.input() == 224).toList();
  }

  @ParameterizedTest
  @MethodSource("imageNets")
  void shouldRunNoConvolutionOnAReferenceOrMatrixFallback(Architecture each) {
    assumeTrue(
        Set.of("AVX2", "AVX-512").contains(OneDnn.get().instructionSet()),
        "oneDNN runs on " + OneDnn.get().instructionSet() + " here");
    Map<String, String> names = NAMES.of(each, 1);
    assertThat(names).hasSizeGreaterThan(20);
    assertThat(names.entrySet()).noneMatch(entry -> isSlow(entry.getValue()));
  }

  @Test
  void shouldChooseAlikeForABatch() {
    Architecture each = Architectures.named("resnext50_32x4d").orElseThrow();
    assertThat(Set.copyOf(NAMES.of(each, 8).values()))
        .isEqualTo(Set.copyOf(NAMES.of(each, 1).values()));
  }

  /**
   * Less capable CPUs, by a cap that oneDNN reads from the environment: the same class, logits
   * within 1e-4.
   */
  @ParameterizedTest
  @CsvSource({"AVX2, AVX2, resnext50_32x4d", "SSE41, SSE4.1, small"})
  void shouldGiveTheSameAnswersOnLessCapableCpus(String cap, String level, String network) {
    ModelDefinition definition = NetworkProbe.network(network);
    float[] expected;
    try (Model model = Model.open(definition, EngineOptions.defaults().withKernels("onednn"))) {
      expected = NetworkProbe.logits(model);
    }
    ChildJvm.Result result =
        new ChildJvm().variable("ONEDNN_MAX_CPU_ISA", cap).run(NetworkProbe.class, network);
    assertThat(result.exit()).as(result.errors()).isZero();
    NetworkProbe.Report report = NetworkProbe.Report.parse(result.lines());
    assertThat(report.instructionSet()).isEqualTo(level);
    assertThat(Errors.relative(report.logits(), expected)).isLessThan(1e-4);
    int classes = definition.spec().classes();
    for (int first = 0; first < expected.length; first += classes) {
      assertThat(top(report.logits(), first, classes)).isEqualTo(top(expected, first, classes));
    }
    if (level.equals("AVX2")) {
      assertThat(report.implementations()).noneMatch(ImplementationTest::isSlow);
    }
  }

  private static boolean isSlow(String implementation) {
    return implementation.contains("ref") || implementation.contains("gemm");
  }

  private static int top(float[] logits, int first, int classes) {
    float[] of = Arrays.copyOfRange(logits, first, first + classes);
    int best = 0;
    for (int i = 1; i < classes; i++) {
      best = of[i] > of[best] ? i : best;
    }
    return best;
  }
}
