// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.benchmarks;

import io.cardinal.engine.Model;
import io.cardinal.engine.ModelDefinition;
import io.cardinal.engine.ModelFile;
import io.cardinal.weights.RandomModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** How long does it take to open a model file and to get its first answer, in a warm JVM? */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3)
@Measurement(iterations = 5)
@Fork(3)
public class OpenBenchmark {
  /** The network, with the formula's parameters of seed 0. */
  @Param({"resnext50_32x4d", "resnext101_32x8d"})
  public String architecture = "";

  private Path file = Path.of("");
  private float[] image = {};
  private int height;
  private int width;

  /** Writes the file and makes an image. */
  @Setup
  public void write() throws IOException {
    ModelDefinition definition = RandomModel.of(architecture, 0);
    file = Files.createTempFile("cardinal-benchmark", ".safetensors");
    ModelFile.write(file, definition);
    height = definition.preprocessing().height();
    width = definition.preprocessing().width();
    image = new float[height * width * 3];
    Arrays.fill(image, 0.5f);
  }

  /** Deletes it. */
  @TearDown
  public void delete() throws IOException {
    Files.delete(file);
  }

  /** One opening, one image's logits, one closing. */
  @Benchmark
  public float[] run() {
    try (Model model = Model.open(file)) {
      return model.infer(image, 1, height, width);
    }
  }
}
