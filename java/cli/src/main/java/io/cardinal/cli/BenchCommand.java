// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

import io.cardinal.engine.EngineOptions;
import io.cardinal.engine.Model;
import io.cardinal.engine.ModelDefinition;
import io.cardinal.engine.ModelInfo;
import io.cardinal.engine.plan.Profile.StepTime;
import io.cardinal.engine.platform.Platform;
import io.cardinal.weights.ImportOptions;
import io.cardinal.weights.RandomModel;
import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
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
      "worker's time for a call over the batch; images_per_second counts all workers, each over its time.",
      "",
      "roofline_fraction is the share of a core's peak that the network reaches. Half of the time goes to",
      "runs with bursts of bare multiply-adds before and after, on the worker's own thread; the best burst",
      "is the run's peak, and the figure is the median over the runs of all workers. A fraction above 1",
      "means that peak or time was measured wrong, and ends the command with exit code 4. The peak needs",
      "AVX-512 and a build with libcardinal; without, roofline_reason says what is missing.",
      "",
      "--turns opens the network once; another program can be timed between two lines of standard input.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  cardinal bench --arch resnext50_32x4d --batch 1 --workers 1",
      "  cardinal bench --model resnext50.safetensors --batch 1 --workers 1 --steps",
      "  cardinal bench --tune --batch 1 --seconds 20"
    })
final class BenchCommand implements Callable<Integer> {
  /** Of one measurement, unless that is a turn, one of many. */
  private static final int FEWEST_CALLS = 3;

  private static final String DEFAULT_TUNED =
      "resnext50_32x4d,resnext101_64x4d,resnext101_32x8d,resnet50,"
          + "cifar_resnext29_8x64d,cifar_resnext29_8x4d";

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

  @Option(
      names = "--steps",
      description = "also print each step: kernel, ms, GFLOP/s, fraction of peak, share of time")
  boolean steps;

  @Option(
      names = "--tune",
      description =
          "print a CSV of each distinct layer with its time on cardinal and on onednn, alternated on"
              + " one worker; --arch takes names with commas (default: "
              + DEFAULT_TUNED
              + "), --seconds is for each")
  boolean tune;

  @Option(
      names = "--turns",
      description =
          "measure each time that a line comes on standard input, until it ends, and print an object"
              + " in one line: for turns with other programs")
  boolean turns;

  BenchCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    if (architecture != null && model.model != null) {
      throw new UsageException("give --arch or --model, not both");
    }
    if (!(seconds > 0 && seconds <= 86_400)) {
      throw new UsageException("--seconds takes a positive number of at most 86400");
    }
    EngineOptions options = engine.toOptions();
    if (tune) {
      return tune(options);
    }
    try (Model opened = open(options)) {
      if (engine.isExplained) {
        String origin =
            architecture == null
                ? Explanation.origin(model.model)
                : "random parameters of seed 0, by --arch";
        new Explanation(console).print(opened.model(), origin, false, options, engine);
      }
      if (turns) {
        takeTurns(opened, options);
      } else {
        BenchReport report = measure(opened, options);
        console.print(json ? report.toJson() : report.toText());
      }
    }
    return ExitCode.OK;
  }

  private void takeTurns(Model model, EngineOptions options) throws IOException {
    for (int read = System.in.read(); read >= 0; read = System.in.read()) {
      if (read == '\n') {
        console.print(measure(model, options).toJsonLine());
      }
    }
  }

  private BenchReport measure(Model model, EngineOptions options) {
    int batch = options.maxBatch();
    int fewestCalls = turns ? 1 : FEWEST_CALLS;
    Measurement measured = Measurement.of(model, batch, options.workers(), seconds, fewestCalls);
    // Which checks them, also where they are not printed; a turn is too short for that.
    List<StepTime> timed = steps || !turns ? measured.profile().steps() : List.of();
    return new BenchReport(model, options, batch, measured, steps ? timed : List.of());
  }

  private Model open(EngineOptions options) {
    if (architecture == null) {
      return new ModelSource(console)
          .with(model.model, ImportOptions.DEFAULT, definition -> Model.open(definition, options));
    }
    return Model.open(random(architecture), options);
  }

  private int tune(EngineOptions options) {
    if (model.model != null
        || engine.kernels != null
        || engine.isExplained
        || json
        || steps
        || turns) {
      throw new UsageException(
          "--tune takes none of --model, --kernels, --explain, --json, --steps and --turns");
    }
    String names = architecture == null ? DEFAULT_TUNED : architecture;
    List<ModelDefinition> networks =
        Stream.of(names.split(",", -1)).map(BenchCommand::random).toList();
    ProviderTable table = new ProviderTable(options, seconds);
    networks.forEach(table::measure);
    console.print(table.toCsv());
    console.note("for CPUs like this one the table is called " + Platform.cpuFamily() + ".csv");
    return ExitCode.OK;
  }

  private static ModelDefinition random(String name) {
    try {
      return RandomModel.of(name, 0);
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()), e);
    }
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
