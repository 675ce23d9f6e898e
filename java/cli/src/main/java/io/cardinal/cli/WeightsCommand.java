// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

import io.cardinal.cli.output.OutputFile;
import io.cardinal.engine.ModelDefinition;
import io.cardinal.engine.ModelFile;
import io.cardinal.engine.spec.ResNeXtSpec;
import io.cardinal.weights.CheckpointImporter;
import io.cardinal.weights.CheckpointInspector;
import io.cardinal.weights.ImportOptions;
import io.cardinal.weights.ImportedModel;
import io.cardinal.weights.RandomModel;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The weights tools. */
@Command(
    name = "weights",
    header = "Import, inspect, verify, export and make model weights.",
    footer = {
      "",
      "Examples:",
      "  cardinal weights inspect resnext50_32x4d-1a0047aa.pth",
      "  cardinal weights import resnext50_32x4d-1a0047aa.pth -o resnext50.safetensors"
    })
final class WeightsCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    throw new ParameterException(
        spec.commandLine(),
        "say what to do: cardinal weights import, inspect, verify, export or random");
  }

  /** Writes the model; a file that cannot be written is told from one that cannot be read. */
  private static void write(Console console, Path target, ModelDefinition definition) {
    OutputFile.write(
        console.files(),
        target,
        channel -> {
          ModelFile.write(channel, definition);
          return true;
        });
  }

  /** Makes a checkpoint a model file. */
  @Command(
      name = "import",
      header = "Make a checkpoint of another tool a model file.",
      description = {
        "",
        "Reads torch.save files (zip and legacy) and safetensors in torchvision's layout, which timm's",
        "plain networks share. The network is read from the shapes. A timm config.json beside the",
        "file gives preprocessing and labels. Nothing in the file is executed.",
        ""
      },
      footer = {
        "",
        "Examples:",
        "  cardinal weights import resnext50_32x4d-1a0047aa.pth --resize 232 -o resnext50.safetensors",
        "  cardinal weights import model.safetensors -o resnext50-a1h.safetensors"
      })
  static final class Import implements Callable<Integer> {
    private final Console console;

    @Parameters(paramLabel = "CHECKPOINT", description = "the file to import")
    Path checkpoint = Path.of("");

    @Option(
        names = {"-o", "--out"},
        paramLabel = "MODEL",
        required = true,
        description = "the model file to write, whole or not at all")
    Path out = Path.of("");

    @Mixin PreprocessingOptions preprocessing = new PreprocessingOptions();

    @Option(
        names = "--epsilon",
        paramLabel = "E",
        description = "of the batch normalisations; no checkpoint states it (default: 1e-5)")
    double epsilon = ResNeXtSpec.DEFAULT_EPSILON;

    @Option(
        names = "--accuracy",
        paramLabel = "NAME=SHARE",
        split = ",",
        description = "published figures to store, such as top1=0.7762,top5=0.9370")
    Map<String, Double> accuracy = new LinkedHashMap<>();

    @Option(names = "--strict", description = "refuse tensors that the network has no use for")
    boolean strict;

    @Option(names = "--allow-non-finite", description = "let NaN and infinite weights pass")
    boolean allowNonFinite;

    Import(Console console) {
      this.console = console;
    }

    @Override
    public Integer call() {
      if (!(epsilon > 0 && epsilon < 1)) {
        throw new UsageException("--epsilon must lie between 0 and 1, not " + epsilon);
      }
      ImportOptions options =
          preprocessing
              .toImportOptions()
              .withEpsilon(epsilon)
              .withAccuracy(checked(accuracy))
              .withStrict(strict)
              .withAllowNonFinite(allowNonFinite);
      try (ImportedModel imported = CheckpointImporter.open(checkpoint, options)) {
        imported.warnings().forEach(warning -> console.note("warning: " + warning));
        write(console, out, imported.definition());
        console.note(
            out
                + ": "
                + imported.definition().name()
                + " from "
                + imported.container()
                + (imported.layout().isEmpty() ? "" : ", " + imported.layout()));
      } catch (IllegalArgumentException e) {
        throw new UsageException(String.valueOf(e.getMessage()), e);
      }
      return ExitCode.OK;
    }
  }

  /** Published figures; {@link UsageException} for one that is no share. */
  private static Map<String, Double> checked(Map<String, Double> accuracy) {
    accuracy.forEach(
        (name, share) -> {
          if (!(share > 0 && share <= 1)) {
            throw new UsageException(
                "--accuracy takes fractions of 1, such as top1=0.7762, not " + name + "=" + share);
          }
        });
    return accuracy;
  }

  /** Prints what a file holds. */
  @Command(
      name = "inspect",
      header = "Print what a checkpoint or model file holds, and which network that is and why.",
      footer = {"", "Example:", "  cardinal weights inspect resnext50_32x4d-1a0047aa.pth"})
  static final class Inspect implements Callable<Integer> {
    private final Console console;

    @Parameters(paramLabel = "FILE", description = "a checkpoint or a model file")
    Path file = Path.of("");

    Inspect(Console console) {
      this.console = console;
    }

    @Override
    public Integer call() {
      console.print(CheckpointInspector.inspect(file));
      return ExitCode.OK;
    }
  }

  /** Writes a network whose parameters follow from a seed. */
  @Command(
      name = "random",
      header = "Write a full-size network whose parameters follow from a seed.",
      description = {
        "",
        "For tests and timing without a download: its answers mean nothing. Seed 0 is the network",
        "that the project's own tests know the answers of.",
        ""
      },
      footer = {
        "",
        "Example:",
        "  cardinal weights random --arch resnext50_32x4d --seed 0 -o random50.safetensors"
      })
  static final class Random implements Callable<Integer> {
    private final Console console;

    @Option(
        names = "--arch",
        paramLabel = "NAME",
        required = true,
        description = "an architecture; cardinal archs lists them")
    String architecture = "";

    @Option(
        names = "--seed",
        paramLabel = "N",
        defaultValue = "0",
        description = "any whole number (default: ${DEFAULT-VALUE})")
    long seed;

    @Option(
        names = {"-o", "--out"},
        paramLabel = "MODEL",
        required = true,
        description = "the model file to write, whole or not at all")
    Path out = Path.of("");

    Random(Console console) {
      this.console = console;
    }

    @Override
    public Integer call() {
      ModelDefinition definition;
      try {
        definition = RandomModel.of(architecture, seed);
      } catch (IllegalArgumentException e) {
        throw new UsageException(String.valueOf(e.getMessage()), e);
      }
      write(console, out, definition);
      console.note(out + ": " + architecture + " of seed " + seed);
      return ExitCode.OK;
    }
  }
}
