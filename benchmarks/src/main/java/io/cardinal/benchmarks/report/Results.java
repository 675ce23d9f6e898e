// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.benchmarks.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;

/**
 * The raw figures of one run, which {@code benchmarks/results.json} keeps.
 *
 * @param machine where
 * @param timings what, in the order of running
 */
public record Results(Machine machine, List<Timing> timings) {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  public Results {
    timings = List.copyOf(timings);
  }

  /** Takes the figures of each iteration out of what JMH gives. */
  static Results of(Machine machine, Collection<RunResult> runs) {
    List<Timing> timings = new ArrayList<>();
    for (RunResult run : runs) {
      timings.add(timing(run, ""));
      run.getSecondaryResults().keySet().forEach(side -> timings.add(timing(run, side)));
    }
    return new Results(machine, timings);
  }

  private static Timing timing(RunResult run, String side) {
    Map<String, String> parameters = new LinkedHashMap<>();
    for (String key : run.getParams().getParamsKeys()) {
      parameters.put(key, run.getParams().getParam(key));
    }
    List<List<Double>> forks = new ArrayList<>();
    for (BenchmarkResult fork : run.getBenchmarkResults()) {
      List<Double> scores = new ArrayList<>();
      for (IterationResult iteration : fork.getIterationResults()) {
        Result<?> result = iteration.getSecondaryResults().get(side);
        scores.add((result == null ? iteration.getPrimaryResult() : result).getScore());
      }
      forks.add(scores);
    }
    String[] names = run.getParams().getBenchmark().split("\\.", -1);
    String unit = side.isEmpty() ? run.getPrimaryResult().getScoreUnit() : "#";
    return new Timing(names[names.length - 2], parameters, side, unit, forks);
  }

  /** Reads a file that {@link #toJson} gave. */
  static Results read(Path file) throws IOException {
    return JSON.readValue(Files.readString(file), Results.class);
  }

  /** All of it as text. */
  String toJson() throws IOException {
    return JSON.writeValueAsString(this) + "\n";
  }
}
