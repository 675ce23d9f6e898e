// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

import io.cardinal.engine.EngineOptions;
import io.cardinal.engine.Model;
import io.cardinal.engine.ModelDefinition;
import io.cardinal.engine.NativeException;
import io.cardinal.engine.graph.Op;
import io.cardinal.engine.kernels.cardinal.CardinalLibrary;
import io.cardinal.engine.plan.PlanStep;
import io.cardinal.engine.plan.Profile;
import io.cardinal.engine.plan.Profile.StepTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The time of each distinct layer on libcardinal and on oneDNN, inside the networks where it
 * stands: whole networks run alternately on one worker of each, and a layer's time is the median
 * over its places of the medians over the runs.
 */
final class ProviderTable {
  private static final List<String> PROVIDERS = List.of("cardinal", "onednn");
  private static final List<String> COLUMNS =
      List.of(
          "precision",
          "layer",
          "kernel",
          "stride",
          "channels_per_group",
          "residual",
          "inputs",
          "outputs",
          "height",
          "width",
          "batch",
          "cardinal_us",
          "onednn_us",
          "provider");
  private static final int FEWEST_RUNS = 5;

  private final EngineOptions options;
  private final double seconds;
  private final Map<List<String>, Map<String, List<Double>>> times = new LinkedHashMap<>();

  /**
   * An empty table.
   *
   * @param options for all networks; workers and kernels are set here
   * @param seconds how long each network is measured
   */
  ProviderTable(EngineOptions options, double seconds) {
    CardinalLibrary.get(); // says why it cannot be had
    this.options = options.withWorkers(1);
    this.seconds = seconds;
  }

  /** Measures the layers of a network. */
  void measure(ModelDefinition definition) {
    try (Model ours = Model.open(definition, options.withKernels("cardinal"));
        Model theirs = Model.open(definition, options.withKernels("onednn"))) {
      Profile cardinal = run(ours);
      Profile oneDnn = run(theirs);
      long end = System.nanoTime() + (long) (seconds * 1e9);
      while (cardinal.runs().size() < FEWEST_RUNS || System.nanoTime() < end) {
        cardinal = cardinal.and(run(ours));
        oneDnn = oneDnn.and(run(theirs));
      }
      cardinal.steps().forEach(this::add);
      oneDnn.steps().forEach(this::add);
    }
  }

  /** The table as CSV; the faster provider serves a layer. */
  String toCsv() {
    List<List<String>> rows = new ArrayList<>(List.of(COLUMNS));
    times.forEach(
        (layer, byProvider) -> {
          TreeMap<Double, String> fastest = new TreeMap<>();
          List<String> row = new ArrayList<>(layer);
          for (String provider : PROVIDERS) {
            List<Double> milliseconds = byProvider.getOrDefault(provider, List.of());
            if (milliseconds.isEmpty()) { // that network has no such layer there
              row.add("");
            } else {
              double microseconds = 1e3 * median(milliseconds);
              row.add(Numbers.oneDecimal(microseconds));
              fastest.putIfAbsent(microseconds, provider);
            }
          }
          row.add(fastest.firstEntry().getValue());
          rows.add(row);
        });
    StringBuilder text = new StringBuilder(); // no field needs quotes
    rows.forEach(row -> text.append(String.join(",", row)).append('\n'));
    return text.toString();
  }

  /** What a table measured on this machine is called: vendor, family and model of its CPU. */
  static String fileName() {
    Map<String, String> cpu = new LinkedHashMap<>();
    try {
      for (String line : Files.readAllLines(Path.of("/proc/cpuinfo"))) {
        int colon = line.indexOf(':');
        if (colon > 0) {
          cpu.putIfAbsent(line.substring(0, colon).strip(), line.substring(colon + 1).strip());
        }
      }
    } catch (IOException e) {
      throw new NativeException(
          NativeException.Reason.UNSUPPORTED_PLATFORM,
          "the CPU's family cannot be read",
          "/proc/cpuinfo",
          Failures.describe(e),
          "");
    }
    return String.join(
            "-",
            "table",
            cpu.getOrDefault("vendor_id", "unknown").toLowerCase(Locale.ROOT),
            cpu.getOrDefault("cpu family", "0"),
            cpu.getOrDefault("model", "0"))
        + ".csv";
  }

  private Profile run(Model model) {
    return model.profile(options.maxBatch(), 1);
  }

  private void add(StepTime time) {
    times
        .computeIfAbsent(layer(time.step()), layer -> new LinkedHashMap<>())
        .computeIfAbsent(time.step().provider(), provider -> new ArrayList<>())
        .add(time.milliseconds());
  }

  private List<String> layer(PlanStep step) {
    var input = step.inputs().get(0);
    Op op = step.node().op();
    List<Object> shape = new ArrayList<>();
    shape.add(options.precision().name().toLowerCase(Locale.ROOT));
    if (op instanceof Op.Convolution c) {
      int perGroup = input.channels() / c.groups();
      shape.addAll(
          List.of("convolution", c.kernel(), c.stride(), perGroup, c.hasResidual() ? 1 : 0));
    } else if (op instanceof Op.MaxPool p) {
      shape.addAll(List.of("max_pool", p.kernel(), p.stride(), 1, 0));
    } else {
      String name = op instanceof Op.Linear ? "linear" : "average_pool";
      shape.addAll(List.of(name, 1, 1, op instanceof Op.Linear ? input.channels() : 1, 0));
    }
    shape.addAll(
        List.of(
            input.channels(),
            step.output().channels(),
            input.height(),
            input.width(),
            input.batch()));
    return shape.stream().map(Object::toString).toList();
  }

  private static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    return sorted.get(sorted.size() / 2);
  }
}
