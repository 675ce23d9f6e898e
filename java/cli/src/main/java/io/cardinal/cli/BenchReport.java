// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cardinal.engine.EngineOptions;
import io.cardinal.engine.Model;
import io.cardinal.engine.plan.PlanStep;
import io.cardinal.engine.plan.Profile;
import io.cardinal.engine.plan.Profile.StepTime;
import io.cardinal.engine.platform.Cores;
import io.cardinal.engine.platform.Platform;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** What {@code bench} found: one object as JSON, lines and a table of steps as text. */
final class BenchReport {
  private final Map<String, Object> fields = new LinkedHashMap<>();
  private final List<StepTime> steps;

  /**
   * The report; a {@link io.cardinal.engine.NativeException} if the network was faster than the
   * peak.
   *
   * @param steps those to report
   */
  BenchReport(
      Model model, EngineOptions options, int batch, Measurement measured, List<StepTime> steps) {
    Profile profile = measured.profile();
    this.steps = steps;
    fields.put("engine", "cardinal " + Version.cardinal());
    fields.put("model", model.model().name());
    fields.put("precision", options.precision().name().toLowerCase(Locale.ROOT));
    fields.put("batch", batch);
    fields.put("workers", options.workers());
    fields.put("threads", options.threads());
    fields.put("images_per_second", measured.imagesPerSecond());
    fields.put("ms_per_image", measured.millisecondsPerImage());
    fields.put("roofline_fraction", number(profile.fraction()));
    fields.put("peak_gflops", ofOneCore(profile, options));
    if (!profile.noPeak().isEmpty()) {
      fields.put("roofline_reason", profile.noPeak());
    } else if (options.workers() > 1) {
      fields.put(
          "roofline_workers",
          profile.byWorker().entrySet().stream()
              .map(each -> worker(each.getKey(), each.getValue(), options))
              .toList());
    }
    Map<String, String> kernels = new LinkedHashMap<>();
    for (PlanStep step : profile.plan().steps()) {
      kernels.put(step.node().name(), kernel(step));
    }
    fields.put("kernels", kernels);
    if (!steps.isEmpty()) {
      fields.put("steps", steps.stream().map(BenchReport::step).toList());
    }
    fields.put("native_bytes", model.nativeBytes());
    fields.put("cpu", Platform.current().cpu());
    fields.put("cores", Cores.given().physical());
  }

  String toJson() throws JsonProcessingException {
    return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(fields) + "\n";
  }

  String toJsonLine() throws JsonProcessingException {
    return new ObjectMapper().writeValueAsString(fields) + "\n";
  }

  String toText() {
    StringBuilder text = new StringBuilder();
    fields.forEach(
        (key, value) -> {
          if (value != null && !key.equals("kernels") && !key.equals("steps")) {
            text.append(String.format(Locale.ROOT, "%-18s %s%n", key, value));
          }
        });
    if (!steps.isEmpty()) {
      text.append(String.format("%n"));
      table().forEach(line -> text.append(line.stripTrailing()).append(System.lineSeparator()));
    }
    return text.toString();
  }

  private List<String> table() {
    int names = steps.stream().mapToInt(time -> time.step().node().name().length()).max().orElse(0);
    int kernels = steps.stream().mapToInt(time -> kernel(time.step()).length()).max().orElse(0);
    String format = "%-" + names + "s  %-" + kernels + "s  %9s  %8s  %16s  %13s";
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            format, "step", "kernel", "ms", "GFLOP/s", "fraction of peak", "share of time"));
    for (StepTime time : steps) {
      lines.add(
          String.format(
              format,
              time.step().node().name(),
              kernel(time.step()),
              String.format(Locale.ROOT, "%.4f", time.milliseconds()),
              time.gflops() == 0 ? "" : Numbers.oneDecimal(time.gflops()),
              time.fraction().isPresent() ? Numbers.fraction(time.fraction().getAsDouble()) : "",
              Numbers.fraction(time.share())));
    }
    return lines;
  }

  private static Map<String, @Nullable Object> step(StepTime time) {
    Map<String, @Nullable Object> step = new LinkedHashMap<>();
    step.put("step", time.step().node().name());
    step.put("kernel", kernel(time.step()));
    step.put("ms", time.milliseconds());
    step.put("gflops", time.gflops() == 0 ? null : time.gflops());
    step.put("roofline_fraction", number(time.fraction()));
    step.put("share", time.share());
    return step;
  }

  private static Map<String, @Nullable Object> worker(
      String name, Profile profile, EngineOptions options) {
    Map<String, @Nullable Object> worker = new LinkedHashMap<>();
    worker.put("worker", name);
    worker.put("roofline_fraction", number(profile.fraction()));
    worker.put("peak_gflops", ofOneCore(profile, options));
    return worker;
  }

  private static @Nullable Double ofOneCore(Profile profile, EngineOptions options) {
    Double all = number(profile.peakGflops());
    return all == null ? null : all / options.threads();
  }

  private static String kernel(PlanStep step) {
    return step.provider() + ":" + step.implementation();
  }

  private static @Nullable Double number(OptionalDouble value) {
    return value.isPresent() ? value.getAsDouble() : null;
  }
}
