// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

import io.cardinal.engine.EngineOptions;
import io.cardinal.engine.Model;
import io.cardinal.engine.ModelDefinition;
import io.cardinal.engine.NativeException;
import io.cardinal.engine.NativeException.Reason;
import io.cardinal.engine.kernels.KernelTable;
import io.cardinal.engine.kernels.LayerKey;
import io.cardinal.engine.kernels.cardinal.CardinalLibrary;
import io.cardinal.engine.plan.PlanStep;
import io.cardinal.engine.plan.Profile;
import io.cardinal.engine.plan.Profile.StepTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The time of each distinct layer on libcardinal and on oneDNN, inside the networks where it
 * stands: whole networks run alternately on one worker of each, and a layer's time is the median
 * over its places of the medians over the runs.
 */
final class ProviderTable {
  private static final List<String> PROVIDERS = List.of("cardinal", "onednn");
  private static final int FEWEST_RUNS = 5;

  private final EngineOptions options;
  private final double seconds;
  private final Map<LayerKey, Map<String, List<Double>>> times = new LinkedHashMap<>();

  /**
   * An empty table.
   *
   * @param options for all networks; workers and kernels are set here
   * @param seconds how long each network is measured
   */
  ProviderTable(EngineOptions options, double seconds) {
    CardinalLibrary.refusal()
        .ifPresent(
            reason -> {
              throw new NativeException(
                  Reason.ENGINE,
                  "there is nothing to compare oneDNN with",
                  "libcardinal with AVX-512",
                  reason,
                  "");
            });
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

  /** The table as CSV: the layers that both providers have. */
  String toCsv() {
    StringBuilder text = new StringBuilder(KernelTable.HEADER).append('\n'); // nothing needs quotes
    times.forEach(
        (layer, byProvider) -> {
          if (byProvider.keySet().containsAll(PROVIDERS)) {
            text.append(layer.toRow());
            for (String provider : PROVIDERS) {
              double microseconds = 1e3 * median(byProvider.getOrDefault(provider, List.of()));
              text.append(',').append(Numbers.oneDecimal(microseconds));
            }
            text.append('\n');
          }
        });
    return text.toString();
  }

  private Profile run(Model model) {
    return model.profile(options.maxBatch(), 1);
  }

  private void add(StepTime time) {
    PlanStep step = time.step();
    List<LayerKey> layers = LayerKey.of(step.node(), step.inputs(), step.output());
    long work = layers.stream().mapToLong(LayerKey::work).sum();
    for (LayerKey layer : layers) {
      // Of two layers in one step each has the part of the time that it has of the work.
      double part = (double) layer.work() / work;
      times
          .computeIfAbsent(layer, each -> new LinkedHashMap<>())
          .computeIfAbsent(step.provider(), provider -> new ArrayList<>())
          .add(part * time.milliseconds() / step.runs());
    }
  }

  private static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    return sorted.get(sorted.size() / 2);
  }
}
