// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.kernels.onednn;

import io.cardinal.engine.graph.Node;
import io.cardinal.engine.graph.Op;
import io.cardinal.engine.graph.Shape;
import io.cardinal.engine.kernels.Kernel;
import io.cardinal.engine.kernels.KernelProvider;
import io.cardinal.engine.kernels.NativeArena;
import io.cardinal.engine.kernels.WorkerMemory;
import io.cardinal.engine.kernels.onednn.Division.Tile;
import io.cardinal.engine.platform.MemoryBudget;
import io.cardinal.engine.platform.NativeMemory;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Every op as a oneDNN primitive on float32, NHWC end to end, weights in the layout that oneDNN
 * likes best, post-ops fused, the scratchpad ours. Threads that share an image have primitives of
 * their own for their parts.
 *
 * <p>A dense layer runs as a 1x1 convolution: oneDNN's inner product sums in another order for one
 * image than for several, a convolution never does.
 */
public final class OneDnnProvider implements KernelProvider {
  private final OneDnn oneDnn = OneDnn.get();
  private final PackedWeights weights;
  private final int threads;

  /**
   * @param budget for the packed weights
   * @param threads how many share an image
   */
  public OneDnnProvider(MemoryBudget budget, int threads) {
    this.weights = new PackedWeights(oneDnn, budget);
    this.threads = threads;
  }

  @Override
  public String name() {
    return "onednn";
  }

  @Override
  public int elementBytes() {
    return Float.BYTES;
  }

  @Override
  public long weightBytes() {
    return weights.bytes();
  }

  @Override
  public void pack(long others) {
    weights.pack(others);
  }

  @Override
  public long memoryBytes(long arenaBytes, long scratchpadBytes) {
    return NativeArena.bytes(arenaBytes, scratchpadBytes);
  }

  @Override
  public boolean canDivide() {
    return true;
  }

  @Override
  public void enterWorkerThread() {
    oneDnn.openMp().useOneThread();
  }

  @Override
  public WorkerMemory openMemory(long arenaBytes, long scratchpadBytes, MemoryBudget budget) {
    return new OneDnnMemory(oneDnn, threads, arenaBytes, scratchpadBytes, budget);
  }

  @Override
  public Kernel kernel(Node node, List<Shape> inputs, Shape output) {
    Node convolved = asConvolution(node);
    Division division = Division.of(convolved.op(), inputs.get(0), output, threads);
    Descriptors descriptors = new Descriptors();
    List<List<OneDnnPrimitive>> parts = new ArrayList<>();
    Set<String> names = new LinkedHashSet<>();
    try {
      for (List<Tile> tiles : division.parts()) {
        List<OneDnnPrimitive> part = new ArrayList<>();
        parts.add(part);
        for (Tile tile : tiles) {
          names.add(add(convolved, inputs, output, tile, descriptors, part));
        }
      }
      String name = String.join("+", names) + division.way().suffix();
      return new OneDnnKernel(descriptors, parts, name);
    } catch (RuntimeException | Error e) {
      parts.forEach(part -> part.forEach(OneDnnPrimitive::close));
      descriptors.close();
      throw e;
    }
  }

  @Override
  public void close() {
    weights.close();
  }

  private static Node asConvolution(Node node) {
    return node.op() instanceof Op.Linear l
        ? new Node(
            node.name(),
            Op.Convolution.plain(l.outputs(), 1, 1, 0, 1),
            node.inputs(),
            node.parameters())
        : node;
  }

  /**
   * Adds the primitives of a tile, and gives the name of its implementation. oneDNN's fast kernels
   * take no channels of a map that has more, so those are copied: those of the input, where a group
   * has its own, of the residual, and of the output.
   */
  private String add(
      Node node,
      List<Shape> inputs,
      Shape output,
      Tile tile,
      Descriptors descriptors,
      List<OneDnnPrimitive> part) {
    boolean isInputApart = isApart(tile.input(), inputs.get(0));
    boolean isOutputApart = isApart(tile.output(), output);
    Operand input =
        Operand.input(
            0,
            Float.BYTES * tile.inputStart(),
            descriptors.activation(tile.input(), isInputApart ? inputs.get(0) : tile.input()));
    Operand result =
        Operand.output(
            Float.BYTES * tile.outputStart(),
            descriptors.activation(tile.output(), isOutputApart ? output : tile.output()));
    long end = 0;
    Operand source = input;
    if (isInputApart) {
      source = Operand.scratchpad(end, descriptors.activation(tile.input()));
      end = NativeMemory.align(end + Float.BYTES * tile.input().elements());
      part.add(PrimitiveBuilder.copy(oneDnn, descriptors, input, source, end));
    }
    Operand target = result;
    if (isOutputApart) {
      target = Operand.scratchpad(end, descriptors.activation(tile.output()));
      end = NativeMemory.align(end + Float.BYTES * tile.output().elements());
      if (node.op() instanceof Op.Convolution c && c.hasResidual()) {
        part.add(PrimitiveBuilder.copy(oneDnn, descriptors, result, target, end));
      }
    }
    OneDnnPrimitive primitive;
    try (PrimitiveBuilder builder =
        new PrimitiveBuilder(oneDnn, weights, descriptors, node, inputs, tile, source, target)) {
      primitive = builder.build(end);
    }
    part.add(primitive);
    if (isOutputApart) {
      part.add(PrimitiveBuilder.copy(oneDnn, descriptors, target, result, end));
    }
    return primitive.implementation();
  }

  /** Whether some channels of a map do not stand behind each other in memory. */
  private static boolean isApart(Shape some, Shape all) {
    return some.channels() < all.channels() && some.elements() > some.channels();
  }
}
