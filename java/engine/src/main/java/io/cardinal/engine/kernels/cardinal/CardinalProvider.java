// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.kernels.cardinal;

import io.cardinal.engine.graph.Graph;
import io.cardinal.engine.graph.Node;
import io.cardinal.engine.graph.Op;
import io.cardinal.engine.graph.Parameter;
import io.cardinal.engine.graph.Shape;
import io.cardinal.engine.kernels.Kernel;
import io.cardinal.engine.kernels.KernelProvider;
import io.cardinal.engine.kernels.NativeArena;
import io.cardinal.engine.kernels.NativeParameters;
import io.cardinal.engine.kernels.WorkerMemory;
import io.cardinal.engine.platform.Cores;
import io.cardinal.engine.platform.MemoryBudget;
import io.cardinal.engine.platform.NativeMemory;
import io.cardinal.engine.platform.Parallel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.javacpp.FloatPointer;
import org.jspecify.annotations.Nullable;

/**
 * A whole network on libcardinal. All weights stand in one block in the order of their use, so that
 * a kernel can fetch what comes next while it computes.
 */
public final class CardinalProvider implements KernelProvider {
  private static final int MOST_PACKERS = 8;

  private final MemoryBudget budget;
  private final Interleaving interleaving;
  private final long weightBytes;

  /** What has weights to be packed, and a description of each; closed when they are. */
  private final Map<Node, Step> steps = new LinkedHashMap<>();

  private final Map<String, FloatPointer> packed = new HashMap<>();
  private @Nullable NativeMemory weights;

  /**
   * Counts what the weights take.
   *
   * @param graph a compiled network, which {@link #refusal} has nothing against
   * @param usual shape of one usual image
   * @param budget for the packed weights
   */
  public CardinalProvider(Graph graph, Shape usual, MemoryBudget budget) {
    this(graph, usual, interleaving(graph), budget);
  }

  CardinalProvider(Graph graph, Shape usual, Interleaving interleaving, MemoryBudget budget) {
    this.budget = budget;
    this.interleaving = interleaving;
    Map<String, Shape> shapes = graph.shapes(usual);
    long bytes = 0;
    try {
      for (Node node : graph.nodes().subList(1, graph.nodes().size())) {
        Step step = create(node, shapes, interleaving, budget).orThrow();
        steps.put(node, step);
        bytes += packedBytes(step);
      }
    } catch (RuntimeException | Error e) {
      closeSteps();
      throw e;
    }
    this.weightBytes = bytes;
  }

  /**
   * Why libcardinal cannot run a network, if it cannot: a layer that it has no kernel for.
   *
   * @param graph a compiled network
   * @param usual shape of one usual image
   */
  public static Optional<String> refusal(Graph graph, Shape usual, MemoryBudget budget) {
    CardinalLibrary.get();
    if (!(graph.node(graph.output()).op() instanceof Op.Linear)) {
      return Optional.of("it does not end with a dense layer");
    }
    Map<String, Shape> shapes = graph.shapes(usual);
    Interleaving interleaving = interleaving(graph);
    for (Node node : graph.nodes().subList(1, graph.nodes().size())) {
      Step.Created created = create(node, shapes, interleaving, budget);
      if (created.step() == null) {
        return created.refused();
      }
      created.step().close();
    }
    return Optional.empty();
  }

  @Override
  public String name() {
    return "cardinal";
  }

  @Override
  public int elementBytes() {
    return Float.BYTES;
  }

  @Override
  public long weightBytes() {
    return weightBytes;
  }

  @Override
  public void enterWorkerThread() {
    // libcardinal has no threads, and keeps nothing for one
  }

  @Override
  public WorkerMemory openMemory(long arenaBytes, long scratchpadBytes, MemoryBudget memory) {
    return new CardinalMemory(arenaBytes, scratchpadBytes, memory);
  }

  @Override
  public boolean canDivide() {
    return true;
  }

  @Override
  public Kernel kernel(Node node, List<Shape> inputs, Shape output) {
    Step step = Step.create(node, inputs, output, interleaving, budget).orThrow();
    return new CardinalKernel(step, () -> packed.get(node.name()));
  }

  @Override
  public long memoryBytes(long arenaBytes, long scratchpadBytes) {
    return NativeArena.bytes(arenaBytes, scratchpadBytes);
  }

  @Override
  public void pack(long others) {
    if (weights != null) {
      budget.require(others, "a plan");
      return;
    }
    long copy = largestCopy();
    budget.require(
        NativeMemory.taken(weightBytes) + Math.max(copy, others), "the weights and a plan");
    NativeMemory memory = NativeMemory.allocate(budget, weightBytes, "weights");
    try {
      pack(memory, copy);
    } catch (RuntimeException | Error e) {
      packed.clear();
      memory.close();
      throw e;
    }
    weights = memory;
    closeSteps();
  }

  @Override
  public void close() {
    closeSteps();
    if (weights != null) {
      weights.close();
    }
  }

  private void closeSteps() {
    steps.values().forEach(Step::close);
    steps.clear();
  }

  /** What one thread takes while it packs. */
  private long largestCopy() {
    return steps.entrySet().stream()
        .filter(each -> each.getValue().packedFloats() > 0)
        .map(each -> each.getKey().parameters().weight())
        .mapToLong(CardinalProvider::copyBytes)
        .max()
        .orElse(0);
  }

  private static long copyBytes(Parameter weight) {
    long floats = (long) weight.rows() * weight.rowLength();
    return NativeMemory.taken(Float.BYTES * floats)
        + NativeMemory.taken((long) Float.BYTES * weight.rows());
  }

  private static Interleaving interleaving(Graph graph) {
    return CardinalLibrary.get().prefersInterleaved()
        ? Interleaving.of(graph)
        : Interleaving.none();
  }

  private static Step.Created create(
      Node node, Map<String, Shape> shapes, Interleaving interleaving, MemoryBudget budget) {
    List<Shape> inputs = node.inputs().stream().map(name -> Shape.of(shapes, name)).toList();
    return Step.create(node, inputs, Shape.of(shapes, node.name()), interleaving, budget);
  }

  /**
   * On as many threads as there are cores, and as there is room for: each has a layer's unpacked
   * copy at a time, and whether the budget is enough must not depend on who has which.
   */
  private void pack(NativeMemory memory, long copy) {
    long offset = 0;
    List<Runnable> tasks = new ArrayList<>();
    for (Map.Entry<Node, Step> each : steps.entrySet()) {
      long floats = each.getValue().packedFloats();
      if (floats > 0) {
        FloatPointer place = memory.floats(offset, floats);
        tasks.add(() -> pack(each.getKey(), each.getValue(), place));
        packed.put(each.getKey().name(), place);
        offset += packedBytes(each.getValue());
      }
    }
    long room = (budget.limit() - budget.used()) / Math.max(1, copy);
    int packers = (int) Math.max(1, Math.min(room, MOST_PACKERS));
    Parallel.run(tasks, Math.min(Cores.given().physical(), packers), "cardinal-packing");
  }

  private void pack(Node node, Step step, FloatPointer place) {
    int outputs = node.parameters().weight().rows();
    long count = (long) outputs * node.parameters().weight().rowLength();
    try (NativeMemory weight = NativeParameters.copy(node.parameters().weight(), budget);
        NativeMemory bias = bias(node, outputs)) {
      step.pack(weight.floats(0, count), count, bias.floats(0, outputs), outputs, place);
    }
  }

  private NativeMemory bias(Node node, int outputs) {
    return node.parameters()
        .bias()
        .map(bias -> NativeParameters.copy(bias, budget))
        .orElseGet(() -> NativeMemory.allocate(budget, (long) outputs * Float.BYTES, "a bias"));
  }

  /** Of a step; the place of each begins on a cache line. */
  private static long packedBytes(Step step) {
    return NativeMemory.align(Float.BYTES * step.packedFloats());
  }
}
