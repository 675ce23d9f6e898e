// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.kernels;

import io.cardinal.engine.compile.Compiler;
import io.cardinal.engine.graph.Graph;
import io.cardinal.engine.graph.Node;
import io.cardinal.engine.graph.Op;
import io.cardinal.engine.graph.ResNeXt;
import io.cardinal.engine.graph.Shape;
import io.cardinal.engine.graph.Zeros;
import io.cardinal.engine.platform.MemoryBudget;
import io.cardinal.engine.spec.Architecture;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which implementation oneDNN chooses for each layer shape; equal layers are asked for once. */
final class ConvolutionNames {
  private final Map<List<Object>, String> known = new HashMap<>();

  /** The implementation of each convolution and of the classifier, by node name. */
  Map<String, String> of(Architecture each, int batch) {
    Graph graph = Compiler.compile(ResNeXt.build(each.spec(), Zeros::new));
    Map<String, Shape> shapes = graph.shapes(new Shape(batch, each.input(), each.input(), 3));
    Map<String, String> names = new HashMap<>();
    for (Node node : graph.nodes()) {
      if (node.op() instanceof Op.Convolution || node.op() instanceof Op.Linear) {
        List<Shape> inputs = node.inputs().stream().map(shapes::get).toList();
        names.put(
            node.name() + " " + node.op() + " of " + inputs,
            known.computeIfAbsent(
                List.of(node.op(), inputs), key -> ask(node, inputs, shapes.get(node.name()))));
      }
    }
    return names;
  }

  private static String ask(Node node, List<Shape> inputs, Shape output) {
    try (KernelProvider provider = Providers.alone("onednn", new MemoryBudget(1L << 33), 1)) {
      provider.enterWorkerThread();
      try (Kernel kernel = provider.kernel(node, inputs, output)) {
        return kernel.implementation();
      }
    }
  }
}
