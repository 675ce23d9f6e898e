// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.benchmarks;

import io.cardinal.image.ImageDecoder;
import io.cardinal.image.Pixels;
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

/** How long does it take to decode a picture of 500x375 pixels from memory? */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class DecodeBenchmark {
  /** The kind of file. */
  @Param({"jpg", "png"})
  public String format = "";

  private byte[] file = {};

  /** Makes the file and checks that it decodes to its size. */
  @Setup
  public void make() throws IOException {
    file = Pictures.file(format);
    Pixels pixels = decode();
    if (pixels.width() != Pictures.WIDTH || pixels.height() != Pictures.HEIGHT) {
      throw new IllegalStateException("decoded to " + pixels);
    }
  }

  /** Decodes once. */
  @Benchmark
  public Pixels decode() {
    return ImageDecoder.standard().decode(file);
  }
}
