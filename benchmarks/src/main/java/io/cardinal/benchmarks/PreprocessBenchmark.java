// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.benchmarks;

import io.cardinal.image.ImageDecoder;
import io.cardinal.image.Interpolation;
import io.cardinal.image.Pixels;
import io.cardinal.image.Preprocessor;
import java.io.IOException;
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
import org.openjdk.jmh.annotations.Warmup;

/** How long do resize, crop and normalise take for a picture of 500x375 pixels? */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class PreprocessBenchmark {
  /** The filter of the resize to 256, before the crop of 224. */
  @Param({"BILINEAR", "BICUBIC"})
  public Interpolation filter = Interpolation.BILINEAR;

  private Pixels picture = new Pixels(1, 1, new byte[3]);
  private Preprocessor preprocessor = Pictures.preprocessor(filter);

  /** Makes the picture and checks what becomes of it. */
  @Setup
  public void make() throws IOException {
    picture = ImageDecoder.standard().decode(Pictures.file("png"));
    preprocessor = Pictures.preprocessor(filter);
    for (float value : run()) {
      if (!(Math.abs(value) < 3)) {
        throw new IllegalStateException("normalised to " + value);
      }
    }
  }

  /** Resizes, crops and normalises once. */
  @Benchmark
  public float[] run() {
    return preprocessor.tensor(picture);
  }
}
