// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.kernels;

import io.cardinal.engine.graph.Node;
import io.cardinal.engine.graph.Op;
import io.cardinal.engine.graph.Parameters;
import io.cardinal.engine.graph.Shape;
import io.cardinal.engine.kernels.KernelHarness.Values;
import io.cardinal.engine.platform.MemoryBudget;
import io.cardinal.engine.platform.NativeMemory;
import java.util.Arrays;
import java.util.List;

/**
 * Runs one layer in all its fused forms, on one provider, with weights that are packed once. Where
 * threads share it, the test's thread plays each of them in turn.
 */
final class LayerRunner implements AutoCloseable {
  private final Layer layer;
  private final double[] weights;
  private final double[] bias;
  private final MemoryBudget budget = new MemoryBudget(1L << 33);
  private final int threads;
  private final KernelProvider provider;
  private String implementation = "";

  LayerRunner(String kernels, int threads, Layer layer, double[] weights, double[] bias) {
    this.threads = threads;
    this.layer = layer;
    this.weights = weights;
    this.bias = bias;
    this.provider = Providers.alone(kernels, budget, threads);
    provider.enterWorkerThread();
  }

  /**
   * Runs the layer.
   *
   * @param residual NHWC, or null for none; it is not changed
   */
  float[] run(boolean hasBias, boolean hasRelu, float[] input, float[] residual) {
    Op.Convolution op = residual == null ? layer.op() : layer.op().withResidual();
    op = hasRelu ? op.withRelu() : op;
    Values weight = new Values("weight", layer.weightShape(), weights);
    Parameters parameters =
        hasBias
            ? Parameters.of(weight, new Values("bias", List.of(bias.length), bias))
            : Parameters.of(weight);
    Shape output = layer.output();
    List<Shape> inputs = residual == null ? List.of(layer.input()) : List.of(layer.input(), output);
    List<String> names = residual == null ? List.of("x") : List.of("x", "shortcut");
    Node node = new Node("layer", op, names, parameters);
    long outputOffset = NativeMemory.align(input.length * (long) provider.elementBytes());
    long arena = outputOffset + output.elements() * provider.elementBytes();
    float[] found = new float[(int) output.elements()];
    try (Kernel kernel = provider.kernel(node, inputs, output);
        WorkerMemory memory =
            provider.openMemory(arena, threads * kernel.scratchpadBytes(), budget)) {
      provider.pack(0);
      implementation = kernel.implementation();
      memory.write(0, input, 0, input.length);
      Arrays.fill(found, Float.NaN); // what nobody writes stays so
      memory.write(outputOffset, residual == null ? found : residual, 0, found.length);
      for (int part = 0; part < threads; part++) {
        memory.bindPart(kernel, new long[] {0, outputOffset}, outputOffset, part, threads).run();
      }
      memory.read(outputOffset, found, 0, found.length);
    }
    return found;
  }

  /** What ran last. */
  String implementation() {
    return implementation;
  }

  @Override
  public void close() {
    provider.close();
  }
}
