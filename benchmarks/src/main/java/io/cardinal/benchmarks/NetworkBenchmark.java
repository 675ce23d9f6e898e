// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.benchmarks;

import io.cardinal.engine.EngineOptions;
import io.cardinal.engine.Model;
import io.cardinal.engine.ModelInfo;
import io.cardinal.weights.RandomModel;
import java.util.SplittableRandom;
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

/** How long does a whole network take for a batch, on one worker, through the public API? */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(3)
public class NetworkBenchmark {
  /** The network, with the formula's parameters of seed 0. */
  @Param({"resnext50_32x4d", "cifar_resnext29_8x4d"})
  public String architecture = "";

  /** Images of a call. */
  @Param({"1", "8"})
  public int batch = 1;

  private Model model;
  private float[] images = {};

  /** Opens the network and checks that it answers. */
  @Setup
  public void open() {
    model =
        Model.open(
            RandomModel.of(architecture, 0),
            EngineOptions.defaults().withWorkers(1).withMaxBatch(batch));
    ModelInfo info = model.model();
    images = new float[batch * info.preprocessing().height() * info.preprocessing().width() * 3];
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < images.length; i++) {
      images[i] = (float) (4 * random.nextDouble() - 2);
    }
    for (float logit : run()) {
      if (!Float.isFinite(logit)) {
        throw new IllegalStateException("the network gave " + logit);
      }
    }
  }

  /** Closes the network. */
  @TearDown
  public void close() {
    model.close();
  }

  /** One call; gives the logits. */
  @Benchmark
  public float[] run() {
    ModelInfo info = model.model();
    return model.infer(images, batch, info.preprocessing().height(), info.preprocessing().width());
  }
}
