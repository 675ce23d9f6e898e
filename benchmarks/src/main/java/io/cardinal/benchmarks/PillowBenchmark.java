// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.benchmarks;

import io.cardinal.image.ImageDecoder;
import io.cardinal.image.Interpolation;
import io.cardinal.image.Pixels;
import io.cardinal.image.Preprocessor;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.util.ListStatistics;

/**
 * Does a JPEG of 500x375 pixels cost more than in Pillow? Both sides take turns, five pictures
 * each, one thread each, and time themselves: {@link Sides} has the answer, the score is both
 * together.
 *
 * <p>{@code -Dcardinal.python=PATH} names a Python that has Pillow and NumPy.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class PillowBenchmark {
  private static final int PICTURES = 5;
  private static final int WARM_UP_PICTURES = 1000;
  private static final double TOLERANCE = 1e-5;

  /** Decoding alone, or decoding, resizing to 256 (bilinear), cropping to 224 and normalising. */
  @Param({"decode", "tensor"})
  public String work = "";

  private final Preprocessor preprocessor = Pictures.preprocessor(Interpolation.BILINEAR);
  private byte[] file = {};
  private Path written;
  private Process python;
  private BufferedReader answers;

  /** Each side's microseconds for a picture: the median of an iteration's turns. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.EVENTS)
  public static class Sides {
    private ListStatistics cardinalTurns = new ListStatistics();
    private ListStatistics pillowTurns = new ListStatistics();

    /** Begins an iteration. */
    @Setup(Level.Iteration)
    public void reset() {
      cardinalTurns = new ListStatistics();
      pillowTurns = new ListStatistics();
    }

    /** Ours. */
    public double cardinal() {
      return cardinalTurns.getPercentile(50);
    }

    /** Pillow's. */
    public double pillow() {
      return pillowTurns.getPercentile(50);
    }
  }

  /**
   * Starts Python, checks that both sides give the same, and lets ours be compiled: the few turns
   * of a short warm-up do not suffice.
   */
  @Setup
  public void open() throws IOException {
    file = Pictures.file("jpg");
    written = Files.createTempFile("cardinal-benchmark", ".jpg");
    Files.write(written, file);
    String script = new String(Pictures.resource("pillow.py"), StandardCharsets.UTF_8);
    String interpreter = System.getProperty("cardinal.python", "python3");
    python =
        new ProcessBuilder(interpreter, "-c", script, work, written.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    answers = python.inputReader(StandardCharsets.UTF_8);
    double theirs = Double.parseDouble(answer());
    double ours = sum();
    if (!(Math.abs(ours - theirs) <= TOLERANCE * Math.abs(theirs))) {
      throw new IllegalStateException("ours sums up to " + ours + ", Pillow's to " + theirs);
    }
    float warm = 0;
    for (int i = 0; i < WARM_UP_PICTURES; i++) {
      warm += one();
    }
    if (!Float.isFinite(warm)) {
      throw new IllegalStateException("no finite numbers");
    }
  }

  /** Ends Python. */
  @TearDown
  public void close() throws IOException {
    python.destroy();
    Files.delete(written);
  }

  /** One turn of each side. */
  @Benchmark
  public float run(Sides sides) throws IOException {
    float result = 0;
    long begin = System.nanoTime();
    for (int i = 0; i < PICTURES; i++) {
      result += one();
    }
    sides.cardinalTurns.addValue((System.nanoTime() - begin) / 1e3 / PICTURES);
    python.outputWriter(StandardCharsets.UTF_8).append(PICTURES + "\n").flush();
    sides.pillowTurns.addValue(Long.parseLong(answer()) / 1e3 / PICTURES);
    return result;
  }

  private float one() {
    Pixels pixels = ImageDecoder.standard().decode(file);
    return work.equals("decode") ? pixels.rgb()[0] : preprocessor.tensor(pixels)[0];
  }

  private double sum() {
    double sum = 0;
    Pixels pixels = ImageDecoder.standard().decode(file);
    if (work.equals("decode")) {
      for (byte sample : pixels.rgb()) {
        sum += sample & 0xff;
      }
    } else {
      for (float value : preprocessor.tensor(pixels)) {
        sum += value;
      }
    }
    return sum;
  }

  private String answer() throws IOException {
    String line = answers.readLine();
    if (line == null) {
      throw new IOException("Python ended; its message stands above");
    }
    return line;
  }
}
