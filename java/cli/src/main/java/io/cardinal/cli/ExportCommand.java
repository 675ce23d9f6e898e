// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

import io.cardinal.cli.output.OutputFile;
import io.cardinal.engine.ModelFile;
import io.cardinal.weights.onnx.OnnxModel;
import io.cardinal.weights.onnx.OnnxModel.BatchNorm;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes a model for other engines. */
@Command(
    name = "export",
    header = "Write a model for other engines, as ONNX.",
    description = {
      "",
      "The network takes images, float32 [N, 3, H, W], preprocessed, and gives logits, [N, classes].",
      "Its metadata are those of the model file: preprocessing, labels, source, licence.",
      ""
    },
    footer = {
      "",
      "Example:",
      "  cardinal weights export resnext50.safetensors --format onnx -o resnext50.onnx"
    })
final class ExportCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(paramLabel = "MODEL", description = "the model file to export")
  Path model = Path.of("");

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "onnx",
      description = "onnx is the one there is (default: ${DEFAULT-VALUE})")
  String format = "onnx";

  @Option(
      names = {"-o", "--out"},
      paramLabel = "FILE",
      required = true,
      description = "the file to write, whole or not at all")
  Path out = Path.of("");

  @Option(
      names = "--batch-norm",
      paramLabel = "WHAT",
      defaultValue = "fold",
      description = {
        "fold: batch normalisations go into the convolutions; keep: they stay layers of their own",
        "(default: ${DEFAULT-VALUE})"
      })
  String batchNorm = "fold";

  ExportCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if (!format.equals("onnx")) {
      throw new UsageException("--format takes onnx, not " + format);
    }
    if (!batchNorm.equals("fold") && !batchNorm.equals("keep")) {
      throw new UsageException("--batch-norm takes fold or keep, not " + batchNorm);
    }
    BatchNorm form = batchNorm.equals("fold") ? BatchNorm.FOLD : BatchNorm.KEEP;
    try (ModelFile file = ModelFile.open(model)) {
      Map<String, String> metadata = new HashMap<>(file.metadata());
      metadata.remove("cardinal.format"); // that of another kind of file
      OnnxModel exported = OnnxModel.of(file.definition(), metadata, form);
      int bytes =
          OutputFile.write(
              console.files(),
              out,
              channel -> {
                exported.writeTo(channel);
                return exported.bytes();
              });
      console.note(out + ": " + file.definition().name() + ", " + bytes + " bytes");
    }
    return ExitCode.OK;
  }
}
