// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.benchmarks;

import io.cardinal.engine.EngineOptions;
import io.cardinal.engine.graph.BlockForms;
import io.cardinal.engine.graph.BlockForms.Form;
import io.cardinal.engine.graph.Graph;
import io.cardinal.engine.graph.Node;
import io.cardinal.engine.graph.Op;
import io.cardinal.engine.graph.Parameters;
import io.cardinal.engine.graph.Shape;
import io.cardinal.engine.runtime.Answers;
import io.cardinal.engine.runtime.NetworkRuntime;
import java.util.ArrayList;
import java.util.List;
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

/**
 * Which form of the paper's Figure 3 is the fastest? One block of conv2 (256 channels, 56x56, C =
 * 32, d = 4), one image, one worker; a global average pool, the same for each, ends it.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class BlockFormsBenchmark {
  private static final Shape MAP = new Shape(1, 56, 56, 256);
  private static final int CARDINALITY = 32;
  private static final int WIDTH = 4;

  /** The form. */
  @Param({"SPLIT_TRANSFORM_MERGE", "EARLY_CONCATENATION", "GROUPED_CONVOLUTION"})
  public Form form = Form.GROUPED_CONVOLUTION;

  private NetworkRuntime runtime;
  private final float[] input = new float[(int) MAP.elements()];
  private final float[] output = new float[MAP.channels()];

  /** Builds the block and checks that it answers. */
  @Setup
  public void open() {
    Graph block =
        BlockForms.threeLayers(form, MAP.channels(), CARDINALITY, WIDTH, RandomParameter::new);
    List<Node> nodes = new ArrayList<>(block.nodes());
    nodes.add(
        new Node("pool", new Op.GlobalAveragePool(), List.of(block.output()), Parameters.NONE));
    EngineOptions options = EngineOptions.defaults().withWorkers(1);
    runtime = new NetworkRuntime(new Graph(nodes, "pool"), MAP, options);
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < input.length; i++) {
      input[i] = (float) (2 * random.nextDouble() - 1);
    }
    for (float mean : run()) {
      if (!Float.isFinite(mean)) {
        throw new IllegalStateException("the block gave " + mean);
      }
    }
  }

  /** Frees everything. */
  @TearDown
  public void close() {
    runtime.close();
  }

  /** One pass; gives the pooled output. */
  @Benchmark
  public float[] run() {
    runtime.infer(input, MAP, new Answers(output, null));
    return output;
  }
}
