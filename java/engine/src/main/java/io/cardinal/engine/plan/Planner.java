// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.plan;

import io.cardinal.engine.graph.Graph;
import io.cardinal.engine.graph.Node;
import io.cardinal.engine.graph.Op;
import io.cardinal.engine.graph.Shape;
import io.cardinal.engine.kernels.Kernel;
import io.cardinal.engine.kernels.KernelProvider;
import io.cardinal.engine.plan.MemoryPlanner.Lifetime;
import io.cardinal.engine.plan.MemoryPlanner.Placement;
import io.cardinal.engine.platform.Caches;
import io.cardinal.engine.platform.NativeMemory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Turns a compiled graph and an input shape into a plan and its kernels. */
public final class Planner {
  private final Graph graph;
  private final KernelProvider provider;
  private final List<String> notes = new ArrayList<>();
  private final Shape input;

  /** The nodes up to this one run image by image; 0 if none does. */
  private final int cut;

  /** Shapes of one run of each node. */
  private final Map<String, Shape> shapes;

  private final Caches caches;

  private final int threads;

  private List<Strips> strips = List.of();

  /** The number of the buffer that holds each node's value. */
  private final Map<String, Integer> buffers = new HashMap<>();

  private final List<Lifetime> lifetimes = new ArrayList<>();

  /** The buffers that hold all images of the batch, though their nodes run image by image. */
  private final Set<Integer> wholeBuffers = new HashSet<>();

  private Planner(
      Graph graph,
      Shape input,
      KernelProvider provider,
      List<String> notes,
      Caches caches,
      int threads) {
    this.graph = graph;
    this.provider = provider;
    this.input = input;
    this.caches = caches;
    this.threads = threads;
    this.notes.addAll(notes);
    BatchRule.Choice choice = BatchRule.choose(graph, input, provider.elementBytes(), caches);
    this.cut = choice.cut();
    choice.note().ifPresent(this.notes::add);
    this.shapes = new HashMap<>(graph.shapes(input));
    for (Node node : graph.nodes().subList(1, cut + 1)) {
      shapes.put(node.name(), shape(node.name()).withBatch(1));
    }
  }

  /**
   * A plan with the kernels of its steps.
   *
   * @param plan the plan
   * @param kernels one for each step
   */
  public record Planned(ExecutionPlan plan, List<Kernel> kernels) {
    /**
     * Copies the list.
     *
     * @param plan the plan
     * @param kernels one for each step
     */
    public Planned {
      kernels = List.copyOf(kernels);
    }
  }

  /**
   * Plans a network. Runs on a worker's thread, since kernels are made.
   *
   * @param graph the compiled graph
   * @param input shape of the image batch
   * @param provider whose kernels run every step
   * @param notes why better providers were refused
   * @param threads how many share a step
   * @return the plan, and a kernel for each of its steps
   */
  public static Planned plan(
      Graph graph, Shape input, KernelProvider provider, List<String> notes, int threads) {
    return plan(graph, input, provider, notes, threads, Caches.found());
  }

  /**
   * The same for caches of any size.
   *
   * @param graph the compiled graph
   * @param input shape of the image batch
   * @param provider whose kernels run every step
   * @param notes why better providers were refused
   * @param threads how many share a step
   * @param caches decide how far a batch is run image by image, and what is run in strips
   * @return the plan, and a kernel for each of its steps
   */
  public static Planned plan(
      Graph graph,
      Shape input,
      KernelProvider provider,
      List<String> notes,
      int threads,
      Caches caches) {
    return new Planner(graph, input, provider, notes, caches, threads).plan();
  }

  private Planned plan() {
    List<Kernel> kernels = new ArrayList<>();
    try {
      for (Node node : graph.nodes().subList(1, graph.nodes().size())) {
        kernels.add(provider.kernel(node, inputs(node), shape(node.name())));
      }
      chooseStrips(kernels);
      return new Planned(plan(kernels), kernels);
    } catch (RuntimeException | Error e) {
      kernels.forEach(Kernel::close);
      throw e;
    }
  }

  private void chooseStrips(List<Kernel> kernels) {
    if (threads > 1) {
      return;
    }
    StripRule.Choice choice =
        StripRule.choose(
            new Footprint(graph, shapes, provider.elementBytes()),
            i -> kernels.get(i).canRunRows() && shape(nodeName(i)).batch() == 1,
            caches);
    strips = choice.strips();
    choice.note().ifPresent(notes::add);
  }

  private ExecutionPlan plan(List<Kernel> kernels) {
    findLifetimes();
    Placement placement = MemoryPlanner.place(lifetimes);
    List<PlanStep> steps = new ArrayList<>();
    for (int i = 0; i < kernels.size(); i++) {
      steps.add(step(graph.nodes().get(i + 1), kernels.get(i), placement));
    }
    return new ExecutionPlan(
        input,
        shape(graph.output()),
        steps,
        offset(graph.nodes().get(0).name(), placement),
        imageBytes(graph.nodes().get(0).name()),
        offset(graph.output(), placement),
        placement.bytes(),
        kernels.stream().mapToLong(Kernel::scratchpadBytes).max().orElse(0),
        provider.weightBytes(),
        strips,
        notes);
  }

  private String nodeName(int step) {
    return graph.nodes().get(step + 1).name();
  }

  /** The shapes of the inputs of one run. */
  private List<Shape> inputs(Node node) {
    int batch = shape(node.name()).batch();
    return node.inputs().stream().map(name -> shape(name).withBatch(batch)).toList();
  }

  private PlanStep step(Node node, Kernel kernel, Placement placement) {
    Shape output = shape(node.name());
    List<Shape> inputs = inputs(node);
    int runs = input.batch() / output.batch();
    long elements = output.elements() + inputs.stream().mapToLong(Shape::elements).sum();
    return new PlanStep(
        node,
        inputs,
        output,
        runs,
        provider.name(),
        kernel.implementation(),
        node.inputs().stream().map(name -> offset(name, placement)).toList(),
        node.inputs().stream().map(name -> stride(name, runs)).toList(),
        offset(node.name(), placement),
        stride(node.name(), runs),
        runs * Graph.multiplyAdds(node, output),
        runs * elements * provider.elementBytes(),
        kernel.weightBytes());
  }

  private void findLifetimes() {
    List<Node> nodes = graph.nodes();
    for (int i = 0; i < nodes.size(); i++) {
      Node node = nodes.get(i);
      int last = lastLife(Math.max(i == 0 ? cut : i, lastUse(node)));
      if (node.op() instanceof Op.Convolution c && c.hasResidual()) {
        shareBuffer(node, node.inputs().get(1), i, last);
      } else {
        buffers.put(node.name(), lifetimes.size());
        lifetimes.add(new Lifetime(bytes(shape(node.name())), i, last));
      }
      if (cut > 0 && (i == 0 || i == cut)) {
        int buffer = buffer(node.name());
        wholeBuffers.add(buffer);
        long whole = input.batch() * imageBytes(node.name());
        // What the first part reads and writes of all images lives as long as all its rounds.
        int first = Math.min(1, lifetimes.get(buffer).first());
        lifetimes.set(buffer, new Lifetime(whole, first, last));
      }
    }
  }

  /** The convolution writes over its residual, whose last use this has to be. */
  private void shareBuffer(Node node, String residual, int step, int last) {
    int buffer = buffer(residual);
    Lifetime life = lifetimes.get(buffer);
    if (lastUse(graph.node(residual)) != step || life.last() != lastLife(step)) {
      throw new IllegalStateException(residual + " is used after " + node.name() + " overwrote it");
    }
    lifetimes.set(buffer, new Lifetime(life.bytes(), life.first(), last));
    buffers.put(node.name(), buffer);
  }

  /**
   * Until when a value that a node reads last must have its place: in strips, to their end. Since
   * no life ends among strips, one may begin with its own step there, though that runs in turns.
   */
  private int lastLife(int number) {
    return strips.stream()
        .filter(each -> each.contains(number - 1))
        .findFirst()
        .map(each -> each.last() + 1)
        .orElse(number);
  }

  private int buffer(String name) {
    return Objects.requireNonNull(buffers.get(name));
  }

  private long bytes(Shape shape) {
    return shape.elements() * provider.elementBytes();
  }

  /** Bytes from one run's value to the next one's: 0 where each run writes over the last. */
  private long stride(String name, int runs) {
    return runs > 1 && wholeBuffers.contains(buffer(name)) ? imageBytes(name) : 0;
  }

  /** Bytes of one image's value. The network's images begin on cache lines if each runs alone. */
  private long imageBytes(String name) {
    long bytes = bytes(shape(name).withBatch(1));
    return cut > 0 && name.equals(graph.nodes().get(0).name()) ? NativeMemory.align(bytes) : bytes;
  }

  private int lastUse(Node node) {
    int last = node.name().equals(graph.output()) ? graph.nodes().size() : 0;
    for (int i = 0; i < graph.nodes().size(); i++) {
      if (graph.nodes().get(i).inputs().contains(node.name())) {
        last = Math.max(last, i);
      }
    }
    return last;
  }

  private Shape shape(String name) {
    return Shape.of(shapes, name);
  }

  private long offset(String name, Placement placement) {
    return placement.offsets().get(buffer(name));
  }
}
