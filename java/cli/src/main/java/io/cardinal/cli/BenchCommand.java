// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cardinal.engine.EngineOptions;
import io.cardinal.engine.Model;
import io.cardinal.engine.ModelDefinition;
import io.cardinal.engine.ModelInfo;
import io.cardinal.engine.plan.PlanStep;
import io.cardinal.engine.platform.Cores;
import io.cardinal.engine.platform.Platform;
import io.cardinal.weights.ImportOptions;
import io.cardinal.weights.RandomModel;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Times a network on this machine. */
@Command(
    name = "bench",
    header = "Time a network on this machine.",
    description = {
      "",
      "Each worker runs whole batches of random images, one call after the other. ms_per_image is one",
      "worker's time for a call over the batch; images_per_second counts all workers over wall time.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  cardinal bench --arch resnext50_32x4d --batch 1 --workers 1",
      "  cardinal bench --model resnext50.safetensors --steps"
    })
final class BenchCommand implements Callable<Integer> {
  private static final String NO_ROOFLINE =
      "the probe that measures a core's peak in the same process is not built yet";

  private final Console console;

  @Mixin ModelChoice model = new ModelChoice();

  @Option(
      names = "--arch",
      paramLabel = "NAME",
      description = "a random network of that architecture (seed 0) in place of --model")
  @Nullable String architecture;

  @Mixin EngineChoice engine = new EngineChoice();

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "5",
      description = "how long to measure (default: ${DEFAULT-VALUE})")
  double seconds = 5;

  @Option(names = "--json", description = "print one object")
  boolean json;

  @Option(names = "--steps", description = "print the plan with the time of each step")
  boolean steps;

  BenchCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws JsonProcessingException {
    if (architecture != null && model.model != null) {
      throw new UsageException("give --arch or --model, not both");
    }
    if (!(seconds > 0 && seconds <= 86_400)) {
      throw new UsageException("--seconds takes a positive number of at most 86400");
    }
    EngineOptions options = engine.toOptions();
    try (Model opened = open(options)) {
      if (engine.isExplained) {
        String origin =
            architecture == null
                ? Explanation.origin(model.model)
                : "random parameters of seed 0, by --arch";
        new Explanation(console).print(opened.model(), origin, false, options, engine);
      }
      int batch = options.maxBatch();
      if (steps) {
        console.print(opened.profile(batch, 20));
        return ExitCode.OK;
      }
      Measurement measured = Measurement.of(opened, batch, options.workers(), seconds);
      Map<String, Object> report = report(opened, options, batch, measured);
      console.print(json ? toJson(report) : toText(report));
    }
    return ExitCode.OK;
  }

  private Model open(EngineOptions options) {
    if (architecture == null) {
      return new ModelSource(console)
          .with(model.model, ImportOptions.DEFAULT, definition -> Model.open(definition, options));
    }
    ModelDefinition definition;
    try {
      definition = RandomModel.of(architecture, 0);
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()), e);
    }
    return Model.open(definition, options);
  }

  private static Map<String, Object> report(
      Model model, EngineOptions options, int batch, Measurement measured) {
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("engine", "cardinal " + Version.cardinal());
    report.put("model", model.model().name());
    report.put("precision", options.precision().name().toLowerCase(Locale.ROOT));
    report.put("batch", batch);
    report.put("workers", options.workers());
    report.put("threads", 1);
    report.put("images_per_second", measured.imagesPerSecond());
    report.put("ms_per_image", measured.millisecondsPerImage());
    report.put("roofline_fraction", null);
    report.put("peak_gflops", null);
    report.put("roofline_reason", NO_ROOFLINE);
    Map<String, String> kernels = new LinkedHashMap<>();
    for (PlanStep step : model.plan(batch).steps()) {
      kernels.put(step.node().name(), step.provider() + ":" + step.implementation());
    }
    report.put("kernels", kernels);
    report.put("native_bytes", model.nativeBytes());
    report.put("cpu", Platform.current().cpu());
    report.put("cores", Cores.given().physical());
    return report;
  }

  private static String toJson(Map<String, Object> report) throws JsonProcessingException {
    return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(report) + "\n";
  }

  private static String toText(Map<String, Object> report) {
    StringBuilder text = new StringBuilder();
    report.forEach(
        (key, value) -> {
          if (value != null && !key.equals("kernels")) {
            text.append(String.format(Locale.ROOT, "%-18s %s%n", key, value));
          }
        });
    return text.toString();
  }

  /** Random images like normalised ones: zeros would draw less power and flatter the figures. */
  static float[] images(ModelInfo model, int batch) {
    SplittableRandom random = new SplittableRandom(1);
    int floats = batch * model.preprocessing().height() * model.preprocessing().width() * 3;
    float[] images = new float[floats];
    for (int i = 0; i < floats; i++) {
      images[i] = (float) (4 * random.nextDouble() - 2);
    }
    return images;
  }
}
