// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.cardinal.engine.kernels.cardinal.CardinalLibrary;
import io.cardinal.testing.Scale;
import io.cardinal.testing.Tally;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** L1, L2, L3: what is held under load: the resident size and the bits. */
@DisplayName("L1, L2, L3: load held")
@Timeout(7_200)
class LoadTest {
  private static final long MEBIBYTE = 1L << 20;
  private static final List<Tally> ROWS =
      List.of(new Tally("L1"), new Tally("L2"), new Tally("L3"));

  @AfterAll
  static void print() {
    ROWS.forEach(Tally::print);
  }

  /** L1: half of the images on each provider, a few of them large. */
  @ParameterizedTest
  @CsvSource({"onednn, small", "cardinal, small", "onednn, large", "cardinal, large"})
  void shouldKeepSizeAndBitsInEndlessInference(String kernels, String size) {
    assumeTrue(!kernels.equals("cardinal") || CardinalLibrary.isBuiltIn());
    boolean isSmall = size.equals("small");
    int images = isSmall ? Scale.of(1_500, 25_000, 500_000) : Scale.of(10, 40, 10_000);
    int before = isSmall ? Scale.of(1_500, 5_000, 5_000) : Scale.of(1, 10, 10);
    List<Long> resident = resident(EndlessProbe.class, kernels, size, "" + before, "" + images);
    long growth = resident.get(1) - resident.get(0);
    assertThat(growth).isLessThanOrEqualTo(32 * MEBIBYTE);
    if (Scale.isSoak()) {
      assertThat(growth).isLessThanOrEqualTo(resident.get(0) / 100);
    }
    ROWS.get(0).pass(images);
  }

  /** L2: native bytes are counted by the child after each cycle. */
  @ParameterizedTest
  @ValueSource(strings = {"onednn", "cardinal"})
  void shouldKeepTheResidentSizeOverCyclesOfOpenRunClose(String kernels) {
    assumeTrue(!kernels.equals("cardinal") || CardinalLibrary.isBuiltIn());
    int cycles = Scale.of(80, 250, 5_000);
    int before = Scale.of(40, 60, 60);
    List<Long> resident = resident(LifecycleProbe.class, kernels, "" + before, "" + cycles);
    assertThat(resident.get(1) - resident.get(0)).isLessThanOrEqualTo(16 * MEBIBYTE);
    ROWS.get(1).pass(cycles);
  }

  /** L3: each thread has images of its own, in batches of one to three. */
  @Test
  void shouldServeManyThreadsWithTheSameBits() throws InterruptedException, ExecutionException {
    int size = 32;
    int threads = 64;
    int calls = Scale.of(35, 100, 2_000);
    Tally tally = ROWS.get(2);
    EngineOptions options = EngineOptions.defaults().withWorkers(2).withMaxBatch(2);
    try (Model model = Model.open(Networks.formula(Networks.SMALL, size, 3), options)) {
      ExecutorService pool = Executors.newFixedThreadPool(threads);
      List<Future<?>> all = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        int batch = 1 + t % 3;
        float[] images = Networks.images(batch, size, size, t);
        float[] expected = model.infer(images, batch, size, size);
        all.add(
            pool.submit(
                () -> {
                  for (int i = 0; i < calls; i++) {
                    if (Arrays.equals(model.infer(images, batch, size, size), expected)) {
                      tally.pass();
                    } else {
                      tally.fail();
                    }
                  }
                }));
      }
      pool.shutdown();
      for (Future<?> each : all) {
        each.get();
      }
    }
    assertThat(tally.failed()).isZero();
    assertThat(tally.passed()).isEqualTo((long) threads * calls);
  }

  /** Bytes of a process whose heap cannot grow, after warming up and at its end. */
  private static List<Long> resident(Class<?> probe, String... arguments) {
    ChildJvm.Result result =
        new ChildJvm()
            .option("-Xms96m")
            .option("-Xmx96m")
            .option("-XX:+AlwaysPreTouch")
            .run(probe, arguments);
    assertThat(result.exit()).as(result.errors()).isZero();
    List<Long> resident = result.lines().stream().map(Long::parseLong).toList();
    System.out.println(probe.getSimpleName() + " " + arguments[0] + ": resident " + resident);
    return resident;
  }
}
