// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.benchmarks.report;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.openjdk.jmh.util.ListStatistics;

/**
 * The figures of one benchmark with one set of parameters.
 *
 * @param benchmark the class's simple name
 * @param parameters names to values
 * @param side which figure, where a benchmark gives several; empty: its score
 * @param unit JMH's; of a side {@code #}, for what the benchmark says
 * @param forks for each fork the figures of its iterations
 */
record Timing(
    String benchmark,
    Map<String, String> parameters,
    String side,
    String unit,
    List<List<Double>> forks) {
  private static final double CONFIDENCE = 0.999;

  Timing {
    parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    forks = List.copyOf(forks);
  }

  /** The value of a parameter. */
  String parameter(String name) {
    String value = parameters.get(name);
    if (value == null) {
      throw new IllegalArgumentException(benchmark + " has no parameter " + name);
    }
    return value;
  }

  /** Whether a parameter has that value. */
  boolean is(String name, String value) {
    return value.equals(parameters.get(name));
  }

  /** The figures of all iterations. */
  private double[] iterations() {
    return forks.stream().flatMap(List::stream).mapToDouble(Double::doubleValue).toArray();
  }

  double median() {
    return new ListStatistics(iterations()).getPercentile(50);
  }

  /** The mean and, after a plus-minus sign, half of its 99.9 % confidence interval. */
  String mean() {
    ListStatistics statistics = new ListStatistics(iterations());
    double mean = statistics.getMean();
    double error = statistics.getMeanErrorAt(CONFIDENCE);
    return number(mean) + " ± " + String.format(Locale.ROOT, "%." + decimals(mean) + "f", error);
  }

  /** Three digits or more; a dash for what was not measured. */
  static String number(double value) {
    return Double.isNaN(value)
        ? "-"
        : String.format(Locale.ROOT, "%." + decimals(value) + "f", value);
  }

  private static int decimals(double value) {
    return value >= 100 ? 0 : value >= 10 ? 1 : 2;
  }
}
