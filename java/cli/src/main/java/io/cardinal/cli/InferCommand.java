// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

import io.cardinal.cli.output.NpyWriter;
import io.cardinal.cli.output.OutputFile;
import io.cardinal.engine.EngineOptions;
import io.cardinal.engine.Model;
import io.cardinal.weights.ImportOptions;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs tensors through the network. */
@Command(
    name = "infer",
    header = "Run tensors through the network: float32 arrays in, logits out.",
    description = {
      "",
      "X.npy holds images that are preprocessed already, [N, 3, H, W] or [N, H, W, 3], or one image",
      "without N. The answer is [N, classes], float32.",
      ""
    },
    footer = {"", "Example:", "  cardinal infer --model resnext50.safetensors x.npy -o logits.npy"})
final class InferCommand implements Callable<Integer> {
  private final Console console;

  @Mixin ModelChoice model = new ModelChoice();

  @Parameters(paramLabel = "X.npy", description = "the images")
  Path images = Path.of("");

  @Option(
      names = {"-o", "--out"},
      paramLabel = "Y.npy",
      required = true,
      description = "where the logits go")
  Path out = Path.of("");

  @Option(
      names = "--layout",
      paramLabel = "LAYOUT",
      description = "nchw or nhwc, needed only where the shape leaves it open")
  @Nullable String layout;

  @Mixin EngineChoice engine = new EngineChoice();

  InferCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    EngineOptions options = engine.toOptions();
    ImageArray array = ImageArray.read(images, layout);
    try (Model opened =
        new ModelSource(console)
            .with(
                model.model,
                ImportOptions.DEFAULT,
                definition -> Model.open(definition, options))) {
      if (engine.isExplained) {
        new Explanation(console)
            .print(opened.model(), Explanation.origin(model.model), false, options, engine);
      }
      float[] logits = opened.infer(array.nhwc(), array.batch(), array.height(), array.width());
      write(logits, opened.model().classes());
    }
    return ExitCode.OK;
  }

  private void write(float[] logits, int classes) {
    OutputFile.write(
        console.files(),
        out,
        channel -> {
          NpyWriter writer = new NpyWriter(channel, classes);
          writer.write(logits);
          writer.finish();
          return true;
        });
  }
}
