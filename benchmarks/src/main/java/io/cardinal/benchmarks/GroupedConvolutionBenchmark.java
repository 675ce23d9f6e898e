// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.benchmarks;

import io.cardinal.engine.graph.Graph;
import io.cardinal.engine.graph.Node;
import io.cardinal.engine.graph.Op;
import io.cardinal.engine.graph.Parameter;
import io.cardinal.engine.graph.Parameters;
import io.cardinal.engine.graph.Shape;
import io.cardinal.engine.kernels.Kernel;
import io.cardinal.engine.kernels.KernelProvider;
import io.cardinal.engine.kernels.Providers;
import io.cardinal.engine.kernels.WorkerMemory;
import io.cardinal.engine.kernels.WorkerMemory.BoundKernel;
import io.cardinal.engine.kernels.cardinal.CardinalProvider;
import io.cardinal.engine.platform.MemoryBudget;
import io.cardinal.engine.platform.NativeMemory;
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

/** How long does a grouped 3x3 convolution of ResNeXt-50 32x4d take, one image, one thread? */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class GroupedConvolutionBenchmark {
  private static final long BUDGET = 1L << 30;

  /** Every grouped layer of the network; see {@link Layer}. */
  @Param({
    "128x56x56/1",
    "256x56x56/2",
    "256x28x28/1",
    "512x28x28/2",
    "512x14x14/1",
    "1024x14x14/2",
    "1024x7x7/1"
  })
  public String layer = "";

  /** Whose kernel. */
  @Param({"cardinal", "onednn", "reference"})
  public String provider = "";

  private KernelProvider kernels;
  private Kernel kernel;
  private WorkerMemory memory;
  private BoundKernel bound;
  private long outputOffset;

  /** Binds the kernel on the measuring thread and checks that it computes something. */
  @Setup
  public void bind() {
    Layer shape = Layer.parse(layer);
    int channels = shape.channels();
    Shape input = shape.input();
    Shape output = shape.output();
    Parameter weight =
        new RandomParameter("conv2.weight", List.of(channels, channels / Layer.GROUPS, 3, 3));
    Node node = new Node("conv2", shape.op(), List.of("conv1"), Parameters.of(weight));
    MemoryBudget budget = new MemoryBudget(BUDGET);
    kernels =
        provider.equals("cardinal")
            ? new CardinalProvider(bottleneck(node), input, budget)
            : Providers.alone(provider, budget, 1);
    kernels.enterWorkerThread();
    kernel = kernels.kernel(node, List.of(input), output);
    kernels.pack(0);
    outputOffset = NativeMemory.align(input.elements() * kernels.elementBytes());
    long bytes = outputOffset + output.elements() * kernels.elementBytes();
    memory = kernels.openMemory(bytes, kernel.scratchpadBytes(), budget);
    float[] values = new float[(int) input.elements()];
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (2 * random.nextDouble() - 1);
    }
    memory.write(0, values, 0, values.length);
    bound = memory.bind(kernel, new long[] {0}, outputOffset);
    check(run(new Peak()));
  }

  /** Frees everything. */
  @TearDown
  public void free() {
    memory.close();
    kernel.close();
    kernels.close();
  }

  /** One convolution; gives an element of the result. */
  @Benchmark
  public float run(Peak peak) {
    bound.run();
    float[] first = new float[1];
    memory.read(outputOffset, first, 0, 1);
    return first[0];
  }

  /**
   * The layer between 1x1 layers, as networks have it: where these may write and read its channels
   * in another order, it runs faster.
   */
  private Graph bottleneck(Node grouped) {
    Node image = new Node("image", new Op.Input(), List.of(), Parameters.NONE);
    Node reduce = pointwise("conv1", image.name());
    Node restore = pointwise("conv3", grouped.name());
    return new Graph(List.of(image, reduce, grouped, restore), restore.name());
  }

  private Node pointwise(String name, String input) {
    int channels = Layer.parse(layer).channels();
    Parameter weight = new RandomParameter(name + ".weight", List.of(channels, channels, 1, 1));
    Op op = Op.Convolution.plain(channels, 1, 1, 0, 1).withRelu();
    return new Node(name, op, List.of(input), Parameters.of(weight));
  }

  private void check(float first) {
    float[] some = new float[4096];
    memory.read(outputOffset, some, 0, some.length);
    float sum = first;
    for (float value : some) {
      sum += value;
    }
    if (!(sum > 0 && Float.isFinite(sum))) {
      throw new IllegalStateException("the convolution gave nothing: " + sum);
    }
  }
}
