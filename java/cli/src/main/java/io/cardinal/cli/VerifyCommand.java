// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

import io.cardinal.engine.EngineOptions;
import io.cardinal.engine.Model;
import io.cardinal.engine.ModelFile;
import io.cardinal.weights.CheckpointImporter;
import io.cardinal.weights.ImportOptions;
import io.cardinal.weights.ImportedModel;
import io.cardinal.weights.verify.Difference;
import io.cardinal.weights.verify.Verifier;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Compares a model with its checkpoint, or its answers with another engine's. */
@Command(
    name = "verify",
    header = "Compare a model with its checkpoint, or its answers with another engine's.",
    description = {
      "",
      "With CHECKPOINT every parameter is compared, value by value. With --input and --logits the",
      "model runs on X.npy and its logits are compared with Y.npy: the largest difference over the",
      "largest value must not exceed --tolerance. A difference ends with exit code 1.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  cardinal weights verify resnext50.safetensors resnext50_32x4d-1a0047aa.pth",
      "  cardinal weights verify resnext50.safetensors --input x.npy --logits pytorch.npy"
    })
final class VerifyCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(index = "0", paramLabel = "MODEL", description = "the model file")
  Path model = Path.of("");

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "CHECKPOINT",
      description = "the file it was made of")
  @Nullable Path checkpoint;

  @Option(names = "--input", paramLabel = "X.npy", description = "images for the model")
  @Nullable Path input;

  @Option(
      names = "--logits",
      paramLabel = "Y.npy",
      description = "another engine's answer to them, [N, classes]")
  @Nullable Path logits;

  @Option(
      names = "--layout",
      paramLabel = "LAYOUT",
      description = "nchw or nhwc, needed only where the shape of X.npy leaves it open")
  @Nullable String layout;

  @Option(
      names = "--tolerance",
      paramLabel = "T",
      defaultValue = "1e-4",
      description = "largest difference over largest logit (default: ${DEFAULT-VALUE})")
  double tolerance = 1e-4;

  @Mixin EngineChoice engine = new EngineChoice();

  VerifyCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if ((input == null) != (logits == null)) {
      throw new UsageException("--input and --logits go together");
    }
    if (checkpoint == null && input == null) {
      throw new UsageException("give the CHECKPOINT, or --input and --logits");
    }
    boolean areEqual = checkpoint == null || compareParameters(checkpoint);
    boolean areClose = input == null || logits == null || compareAnswers(input, logits);
    return areEqual && areClose ? ExitCode.OK : ExitCode.SOME_FAILED;
  }

  private boolean compareParameters(Path file) {
    try (ModelFile ours = ModelFile.open(model);
        ImportedModel theirs =
            CheckpointImporter.open(file, ImportOptions.DEFAULT.withAllowNonFinite(true))) {
      List<Difference> differences = Verifier.compare(ours.definition(), theirs.definition());
      for (Difference each : differences) {
        console.print(each + "\n");
      }
      int tensors = ours.definition().tensors().size();
      console.print(
          differences.isEmpty()
              ? tensors + " tensors are equal\n"
              : differences.size() + " of " + tensors + " tensors differ\n");
      return differences.isEmpty();
    } catch (IllegalArgumentException e) { // other networks
      console.print(e.getMessage() + "\n");
      return false;
    }
  }

  private boolean compareAnswers(Path images, Path answers) {
    NpyFile expected = NpyFile.read(answers);
    EngineOptions options = engine.toOptions();
    try (Model opened = Model.open(model, options)) {
      if (engine.isExplained) {
        new Explanation(console).print(opened.model(), model.toString(), false, options, engine);
      }
      ImageArray array = ImageArray.read(images, layout);
      float[] found = opened.infer(array.nhwc(), array.batch(), array.height(), array.width());
      List<Integer> shape = List.of(array.batch(), opened.model().classes());
      if (!expected.shape().equals(shape)) {
        throw new UsageException(
            answers + " has the wrong shape: expected " + shape + ", found " + expected.shape());
      }
      return compare(found, expected.values(), opened.model().classes());
    }
  }

  private boolean compare(float[] found, float[] expected, int classes) {
    double largest = 0;
    double worst = 0;
    int at = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = Float.isFinite(expected[i]) ? Math.max(largest, Math.abs(expected[i])) : largest;
      if (Float.compare(found[i], expected[i]) == 0) { // two NaN, two infinite ones
        continue;
      }
      double difference = Math.abs((double) found[i] - expected[i]);
      if (Double.compare(difference, worst) > 0) { // NaN is the largest difference
        worst = difference;
        at = i;
      }
    }
    double relative = worst == 0 ? 0 : worst / largest;
    boolean isClose = relative <= tolerance;
    console.print(
        "logits of "
            + expected.length / classes
            + " images differ by at most "
            + worst
            + " ("
            + relative
            + " of the largest; allowed "
            + tolerance
            + ")"
            + (worst == 0
                ? ""
                : ", at image "
                    + at / classes
                    + ", class "
                    + at % classes
                    + ": "
                    + found[at]
                    + " here, "
                    + expected[at]
                    + " there")
            + "\n");
    return isClose;
  }
}
