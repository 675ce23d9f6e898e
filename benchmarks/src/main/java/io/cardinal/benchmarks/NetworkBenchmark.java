// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.benchmarks;

import ai.onnxruntime.OrtException;
import io.cardinal.engine.EngineOptions;
import io.cardinal.engine.Model;
import io.cardinal.engine.ModelDefinition;
import io.cardinal.weights.RandomModel;
import io.cardinal.weights.onnx.OnnxModel.BatchNorm;
import java.io.IOException;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
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

/** How long does a whole network take for a batch, through the public API, by engine? */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(3)
public class NetworkBenchmark {
  /** The network, with the formula's parameters of seed 0. */
  @Param({"resnext50_32x4d", "resnext101_32x8d"})
  public String architecture = "";

  /** Images of a call. */
  @Param({"1", "8"})
  public int batch = 1;

  /** Threads of a call. */
  @Param({"1", "2"})
  public int threads = 1;

  /** Cardinal with its best kernels, Cardinal on oneDNN alone, or ONNX Runtime. */
  @Param({"cardinal", "onednn", "onnxruntime"})
  public String engine = "";

  private @Nullable Model model;
  private @Nullable OnnxNetwork onnx;
  private int height;
  private int width;
  private float[] images = {};

  /** Opens the network and checks that it answers. */
  @Setup
  public void open() throws OrtException, IOException {
    ModelDefinition definition = RandomModel.of(architecture, 0);
    height = definition.preprocessing().height();
    width = definition.preprocessing().width();
    images = new float[batch * height * width * 3];
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < images.length; i++) {
      images[i] = (float) (4 * random.nextDouble() - 2);
    }
    if (engine.equals("onnxruntime")) {
      onnx = new OnnxNetwork(definition, BatchNorm.FOLD, threads, batch, images);
    } else {
      model = Model.open(definition, options());
    }
    for (float logit : run(new Peak())) {
      if (!Float.isFinite(logit)) {
        throw new IllegalStateException("the network gave " + logit);
      }
    }
  }

  /** Closes the network. */
  @TearDown
  public void close() throws OrtException {
    if (model != null) {
      model.close();
    }
    if (onnx != null) {
      onnx.close();
    }
  }

  /** One call; gives the logits. */
  @Benchmark
  public float[] run(Peak peak) throws OrtException {
    return onnx == null
        ? Objects.requireNonNull(model).infer(images, batch, height, width)
        : onnx.run();
  }

  /** Workers share a batch; threads of a worker share an image. */
  private EngineOptions options() {
    EngineOptions options =
        EngineOptions.defaults()
            .withKernels(engine.equals("cardinal") ? "auto" : engine)
            .withMaxBatch((batch + threads - 1) / threads);
    return batch < threads
        ? options.withWorkers(1).withThreads(threads)
        : options.withWorkers(threads);
  }
}
