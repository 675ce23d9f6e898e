// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.kernels;

import io.cardinal.engine.graph.Graph;
import io.cardinal.engine.graph.Node;
import io.cardinal.engine.graph.Op;
import io.cardinal.engine.graph.ResNeXt;
import io.cardinal.engine.graph.Shape;
import io.cardinal.engine.spec.Architecture;
import io.cardinal.engine.spec.Architectures;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A convolution, or a dense layer as one, as a real network has it.
 *
 * @param name the first network and node of this shape
 * @param input the map that it reads
 * @param op with nothing fused
 */
record Layer(String name, Shape input, Op.Convolution op) {
  /** The distinct layers of a network at its usual input. */
  static Collection<Layer> of(String architecture, int batch) {
    Architecture each = Architectures.named(architecture).orElseThrow();
    Graph graph = ResNeXt.describe(each.spec());
    Map<String, Shape> shapes = graph.shapes(new Shape(batch, each.input(), each.input(), 3));
    Map<List<Object>, Layer> layers = new LinkedHashMap<>();
    for (Node node : graph.nodes()) {
      if (node.op() instanceof Op.Convolution || node.op() instanceof Op.Linear) {
        Shape input = shapes.get(node.inputs().get(0));
        Op.Convolution op =
            node.op() instanceof Op.Linear l
                ? Op.Convolution.plain(l.outputs(), 1, 1, 0, 1)
                : (Op.Convolution) node.op();
        String name = architecture + " " + node.name() + " from " + input;
        layers.putIfAbsent(List.of(input, op), new Layer(name, input, op));
      }
    }
    return layers.values();
  }

  Shape output() {
    return op.infer(List.of(input));
  }

  /** Products that make one output. */
  int window() {
    return input.channels() / op.groups() * op.kernel() * op.kernel();
  }

  long multiplyAdds() {
    return output().elements() * window();
  }

  /** Dimensions of the weights. */
  List<Integer> weightShape() {
    return List.of(op.outputs(), input.channels() / op.groups(), op.kernel(), op.kernel());
  }

  @Override
  public String toString() {
    return name;
  }
}
