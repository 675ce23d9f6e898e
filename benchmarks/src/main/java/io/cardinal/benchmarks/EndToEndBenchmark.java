// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.benchmarks;

import io.cardinal.Classification;
import io.cardinal.Classifier;
import io.cardinal.Options;
import io.cardinal.weights.RandomModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How many JPEG files of 500x375 pixels a second are read, decoded and classified, on all cores?
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(3)
public class EndToEndBenchmark {
  private static final int FILES = 32;

  /** The network, with the formula's parameters of seed 0. */
  @Param({"resnext50_32x4d", "cifar_resnext29_8x4d"})
  public String architecture = "";

  private final List<Path> files = new ArrayList<>();
  private Classifier classifier;
  private Path folder = Path.of("");

  /** Writes the files, opens the network and checks that it answers. */
  @Setup
  public void open() throws IOException {
    folder = Files.createTempDirectory("cardinal-benchmark");
    byte[] jpeg = Pictures.file("jpg");
    for (int i = 0; i < FILES; i++) {
      files.add(Files.write(folder.resolve(i + ".jpg"), jpeg));
    }
    classifier = Classifier.open(RandomModel.of(architecture, 0), Options.throughput());
    if (run().size() != FILES) {
      throw new IllegalStateException("not every file was answered");
    }
  }

  /** Frees everything. */
  @TearDown
  public void close() throws IOException {
    classifier.close();
    for (Path file : files) {
      Files.delete(file);
    }
    Files.delete(folder);
  }

  /** All files once; the score counts files. */
  @Benchmark
  @OperationsPerInvocation(FILES)
  public List<Classification> run() {
    return classifier.classifyAll(files);
  }
}
