// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal;

import io.cardinal.engine.EngineOptions;
import io.cardinal.engine.kernels.onednn.OneDnn;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Writes the demo model's logits of all files, as big-endian floats behind each other, and prints
 * oneDNN's instruction set. Its arguments: kernels, the file to write, the names of the files in a
 * file, a line each.
 */
final class AllLogits {
  private AllLogits() {}

  public static void main(String[] arguments) throws IOException {
    float[] logits = of(arguments[0], Files.readAllLines(Path.of(arguments[2])));
    ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * logits.length);
    bytes.asFloatBuffer().put(logits);
    Files.write(Path.of(arguments[1]), bytes.array());
    System.out.println(OneDnn.get().instructionSet());
  }

  /** The logits that these kernels give in this process. */
  static float[] of(String kernels, List<String> files) {
    EngineOptions engine = EngineOptions.defaults().withKernels(kernels);
    Options options = Options.throughput().withEngine(engine).withWorkers(2).withMaxBatch(8);
    FloatBuffer logits = FloatBuffer.allocate(files.size() * Demo.CLASSES);
    try (Classifier classifier = Classifier.open(Demo.MODEL, options)) {
      classifier.classifyEach(
          files.iterator(), Path::of, outcome -> logits.put(outcome.orThrow().logits()));
    }
    return logits.array();
  }
}
