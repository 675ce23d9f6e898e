// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal;

import io.cardinal.engine.EngineOptions;
import io.cardinal.engine.kernels.onednn.OneDnn;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes the demo model's logits of all files, as big-endian floats behind each other, and prints
 * oneDNN's instruction set. Its arguments: kernels, the file to write, the names of the files in a
 * file, a line each.
 */
final class AllLogits {
  private AllLogits() {}

  public static void main(String[] arguments) throws IOException {
    EngineOptions engine = EngineOptions.defaults().withKernels(arguments[0]);
    Options options = Options.throughput().withEngine(engine).withWorkers(2).withMaxBatch(8);
    try (Classifier classifier = Classifier.open(Demo.MODEL, options);
        DataOutputStream out =
            new DataOutputStream(
                new BufferedOutputStream(Files.newOutputStream(Path.of(arguments[1]))))) {
      classifier.classifyEach(
          Files.readAllLines(Path.of(arguments[2])).iterator(),
          Path::of,
          outcome -> write(out, outcome.orThrow().logits()));
    }
    System.out.println(OneDnn.get().instructionSet());
  }

  private static void write(DataOutputStream out, float[] logits) {
    try {
      for (float logit : logits) {
        out.writeFloat(logit);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
