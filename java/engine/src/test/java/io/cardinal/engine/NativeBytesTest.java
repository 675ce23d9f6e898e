// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.cardinal.engine.NativeException.Reason;
import io.cardinal.engine.kernels.cardinal.CardinalLibrary;
import io.cardinal.engine.platform.Refusal;
import io.cardinal.testing.Row;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * F8: the native bytes that a model states are those that the process takes, and what goes over the
 * budget is refused before anything is taken.
 */
@Row("F8")
@DisplayName("F8: native memory budget")
class NativeBytesTest {
  /** Code that is compiled meanwhile, classes, and the JVM's own malloc. */
  private static final long OF_THE_JVM = 16L << 20;

  /** Descriptions of layers, which are given back at once. */
  private static final long LITTLE = 64 << 10;

  /**
   * In a process with a fixed heap: what is resident grows by what is stated, 3 % less where the
   * process had free pages, and at most by a tenth more at any time. JavaCPP's own limits, set far
   * below, change nothing: none of our pointers counts towards them.
   */
  @ParameterizedTest
  @CsvSource({"onednn, resnext50_32x4d", "cardinal, resnext50_32x4d"})
  void shouldTakeWhatItStates(String kernels, String network) {
    assumeTrue(!kernels.equals("cardinal") || CardinalLibrary.isBuiltIn());
    ChildJvm.Result result =
        new ChildJvm()
            .option("-Xms40m")
            .option("-Xmx40m")
            .option("-XX:+AlwaysPreTouch")
            .option("-Dorg.bytedeco.javacpp.maxBytes=1m")
            .option("-Dorg.bytedeco.javacpp.maxPhysicalBytes=1m")
            .option("-Xlog:gc*:stderr")
            .run(NativeBytesProbe.class, kernels, network);
    assertThat(result.exit()).as(result.errors()).isZero();
    assertThat(result.errors()).doesNotContain("System.gc()");
    List<Long> found = result.lines().stream().map(Long::parseLong).toList();
    long taken = found.get(0);
    long stated = found.get(1);
    assertThat(taken).as("counted").isBetween(stated, stated / 100 * 101);
    assertThat(found.get(2)).as("grown").isBetween(taken / 100 * 97, taken + OF_THE_JVM);
    assertThat(found.get(3)).as("peak").isLessThanOrEqualTo(stated / 100 * 110 + OF_THE_JVM);
    System.out.println("F8: bytes counted, stated, grown, at most: " + found);
  }

  @ParameterizedTest
  @ValueSource(strings = {"onednn", "cardinal"})
  void shouldRefuseBeforeAnythingIsTaken(String kernels) {
    assumeTrue(!kernels.equals("cardinal") || CardinalLibrary.isBuiltIn());
    ModelDefinition network = Networks.formula(Networks.SMALL, 32, 3);
    EngineOptions options = EngineOptions.defaults().withKernels(kernels).withWorkers(1);
    long need;
    try (Model model = Model.open(network, options)) {
      need = model.plan(1).weightBytes();
    }
    try (Refusal none = Refusal.once(0)) {
      assertThatThrownBy(() -> Model.open(network, options.withMaxNativeBytes(need / 2)))
          .isInstanceOf(NativeException.class)
          .hasMessageContaining("at most " + need / 2 + " bytes")
          .extracting(e -> ((NativeException) e).reason())
          .isEqualTo(Reason.MEMORY);
      assertThat(none.asked()).isZero();
    }
  }

  /**
   * Whatever the budget: a model opens and runs its usual image, or is refused before anything was
   * taken, however little is missing; and so is a larger image, which leaves the model as it was.
   */
  @ParameterizedTest
  @CsvSource({"onednn, 1", "onednn, 3", "cardinal, 1", "cardinal, 3"})
  void shouldTakeNothingWhereAnythingIsMissing(String kernels, int threads) {
    assumeTrue(!kernels.equals("cardinal") || CardinalLibrary.isBuiltIn());
    ModelDefinition network = Networks.formula(Networks.SMALL, 32, 3);
    EngineOptions options =
        EngineOptions.defaults().withKernels(kernels).withWorkers(1).withThreads(threads);
    float[] usual = Networks.images(1, 32, 32, 1);
    float[] large = Networks.images(3, 96, 96, 1);
    long need;
    float[] answer;
    try (Model model = Model.open(network, options)) {
      need = model.nativeBytes();
      answer = model.infer(usual, 1, 32, 32);
    }
    int opened = 0;
    for (long limit : limits(need)) {
      EngineOptions limited = options.withMaxNativeBytes(limit);
      try (Refusal none = Refusal.once(0)) {
        Model model;
        try {
          model = Model.open(network, limited);
        } catch (NativeException e) {
          assertThat(e.reason()).isEqualTo(Reason.MEMORY);
          assertThat(none.askedBytes()).as("%d of %d", limit, need).isLessThan(LITTLE);
          continue;
        }
        try (model) {
          opened++;
          long before = none.askedBytes();
          assertThatThrownBy(() -> model.infer(large, 3, 96, 96))
              .isInstanceOf(NativeException.class)
              .hasMessageContaining("goes over the budget");
          assertThat(none.askedBytes() - before).isLessThan(LITTLE);
          assertThat(model.nativeBytes()).isLessThanOrEqualTo(limit);
          assertThat(model.infer(usual, 1, 32, 32)).isEqualTo(answer);
        }
      }
    }
    assertThat(opened).isPositive();
  }

  /** Some around what is needed, and some over the whole range. */
  private static List<Long> limits(long need) {
    return Stream.concat(
            LongStream.of(1, 0, -1, -128).mapToObj(more -> need + more),
            LongStream.rangeClosed(1, 60).mapToObj(share -> need * share / 40))
        .toList();
  }
}
