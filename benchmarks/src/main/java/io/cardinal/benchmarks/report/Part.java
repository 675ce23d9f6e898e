// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.benchmarks.report;

import io.cardinal.engine.kernels.cardinal.CardinalLibrary;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Some of the benchmarks, and the short form in which they are run.
 *
 * @param names a regular expression for their names
 * @param forks processes
 * @param warmUps iterations that do not count
 * @param iterations iterations that count
 * @param milliseconds of an iteration
 * @param parameters values, where not all that the benchmark has
 */
record Part(
    String names,
    int forks,
    int warmUps,
    int iterations,
    int milliseconds,
    Map<String, List<String>> parameters) {
  private static final String NETWORK = "NetworkBenchmark";
  private static final String GROUPED = "GroupedConvolutionBenchmark";

  /** All of them, in under ten minutes. Networks have nothing to compile, so warm up soon. */
  static List<Part> all() {
    Map<String, List<String>> providers =
        CardinalLibrary.refusal().isEmpty()
            ? Map.of()
            : Map.of("provider", List.of("onednn", "reference"));
    return List.of(
        new Part("^(?!.*(" + NETWORK + "|" + GROUPED + "))", 2, 3, 5, 500, Map.of()),
        new Part(GROUPED, 2, 3, 5, 100, providers),
        new Part(NETWORK, 2, 1, 3, 500, network("resnext50_32x4d")),
        new Part(NETWORK, 1, 1, 3, 500, network("resnext101_32x8d")),
        new Part(
            NETWORK,
            2,
            3,
            5,
            500,
            Map.of(
                "architecture", List.of("cifar_resnext29_8x4d"),
                "engine", List.of("cardinal"),
                "threads", List.of("1"))));
  }

  /** Adds what this part says; {@code name} is contained in the names of what is run. */
  void addTo(ChainedOptionsBuilder options, String name) {
    options
        .include("(?=.*" + name + ")(?=.*" + names + ")")
        .forks(forks)
        .warmupIterations(warmUps)
        .warmupTime(TimeValue.milliseconds(milliseconds))
        .measurementIterations(iterations)
        .measurementTime(TimeValue.milliseconds(milliseconds));
    parameters.forEach((key, values) -> options.param(key, values.toArray(String[]::new)));
  }

  private static Map<String, List<String>> network(String architecture) {
    return Map.of("architecture", List.of(architecture));
  }
}
