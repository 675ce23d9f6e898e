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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Turns a compiled graph and an input shape into a plan and its kernels. */
public final class Planner {
  private final Graph graph;
  private final KernelProvider provider;
  private final List<String> notes;
  private final Map<String, Shape> shapes;

  /** The number of the buffer that holds each node's value. */
  private final Map<String, Integer> buffers = new HashMap<>();

  private final List<Lifetime> lifetimes = new ArrayList<>();

  private Planner(Graph graph, Shape input, KernelProvider provider, List<String> notes) {
    this.graph = graph;
    this.provider = provider;
    this.notes = notes;
    this.shapes = graph.shapes(input);
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
   * @return the plan, and a kernel for each of its steps
   */
  public static Planned plan(
      Graph graph, Shape input, KernelProvider provider, List<String> notes) {
    return new Planner(graph, input, provider, notes).plan();
  }

  private Planned plan() {
    findLifetimes();
    Placement placement = MemoryPlanner.place(lifetimes);
    List<PlanStep> steps = new ArrayList<>();
    List<Kernel> kernels = new ArrayList<>();
    long scratchpad = 0;
    try {
      for (Node node : graph.nodes().subList(1, graph.nodes().size())) {
        List<Shape> inputs = node.inputs().stream().map(this::shape).toList();
        Kernel kernel = provider.kernel(node, inputs, shape(node.name()));
        kernels.add(kernel);
        steps.add(step(node, inputs, kernel, placement));
        scratchpad = Math.max(scratchpad, kernel.scratchpadBytes());
      }
    } catch (RuntimeException | Error e) {
      kernels.forEach(Kernel::close);
      throw e;
    }
    ExecutionPlan plan =
        new ExecutionPlan(
            shape(graph.nodes().get(0).name()),
            shape(graph.output()),
            steps,
            offset(graph.nodes().get(0).name(), placement),
            offset(graph.output(), placement),
            placement.bytes(),
            scratchpad,
            provider.weightBytes(),
            notes);
    return new Planned(plan, kernels);
  }

  private PlanStep step(Node node, List<Shape> inputs, Kernel kernel, Placement placement) {
    Shape output = shape(node.name());
    long elements = output.elements() + inputs.stream().mapToLong(Shape::elements).sum();
    return new PlanStep(
        node,
        inputs,
        output,
        provider.name(),
        kernel.implementation(),
        node.inputs().stream().map(name -> offset(name, placement)).toList(),
        offset(node.name(), placement),
        Graph.multiplyAdds(node, output),
        elements * provider.elementBytes(),
        kernel.weightBytes());
  }

  private void findLifetimes() {
    List<Node> nodes = graph.nodes();
    for (int i = 0; i < nodes.size(); i++) {
      Node node = nodes.get(i);
      int last = Math.max(i, lastUse(node));
      if (node.op() instanceof Op.Convolution c && c.hasResidual()) {
        shareBuffer(node, node.inputs().get(1), i, last);
      } else {
        buffers.put(node.name(), lifetimes.size());
        lifetimes.add(
            new Lifetime(shape(node.name()).elements() * provider.elementBytes(), i, last));
      }
    }
  }

  /** The convolution writes over its residual, whose last use this has to be. */
  private void shareBuffer(Node node, String residual, int step, int last) {
    int buffer = Objects.requireNonNull(buffers.get(residual));
    Lifetime life = lifetimes.get(buffer);
    if (life.last() != step) {
      throw new IllegalStateException(residual + " is used after " + node.name() + " overwrote it");
    }
    lifetimes.set(buffer, new Lifetime(life.bytes(), life.first(), last));
    buffers.put(node.name(), buffer);
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
    return Objects.requireNonNull(shapes.get(name));
  }

  private long offset(String name, Placement placement) {
    return placement.offsets().get(Objects.requireNonNull(buffers.get(name)));
  }
}
