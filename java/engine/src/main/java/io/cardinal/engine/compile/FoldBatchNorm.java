// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.compile;

import io.cardinal.engine.graph.Graph;
import io.cardinal.engine.graph.Node;
import io.cardinal.engine.graph.Op;
import io.cardinal.engine.graph.Parameter;
import io.cardinal.engine.graph.Parameters;
import io.cardinal.engine.graph.Parameters.Role;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Turns a convolution with nothing fused, whose value goes to a batch normalisation only, into one
 * convolution with a bias.
 *
 * <p>With {@code f = scale / sqrt(variance + epsilon)} of each output channel the weights become
 * {@code w f} and the bias {@code shift + (b - mean) f}. All in double; rounding to the kernel's
 * type comes after.
 */
final class FoldBatchNorm {
  private FoldBatchNorm() {}

  static Graph apply(Graph graph) {
    Map<String, Node> foldable = new HashMap<>();
    for (Node node : graph.nodes()) {
      if (node.op() instanceof Op.BatchNorm) {
        Node producer = graph.node(node.inputs().get(0));
        if (isPlainConvolution(producer) && graph.hasOneConsumer(producer.name())) {
          foldable.put(producer.name(), node);
        }
      }
    }
    Rewrite rewrite = new Rewrite();
    for (Node node : graph.nodes()) {
      Node norm = foldable.get(node.name());
      if (norm != null) {
        rewrite.keep(fold(node, norm));
      } else if (foldable.containsValue(node)) {
        rewrite.drop(node, node.inputs().get(0));
      } else {
        rewrite.keep(node);
      }
    }
    return rewrite.finish(graph.output());
  }

  private static boolean isPlainConvolution(Node node) {
    return node.op() instanceof Op.Convolution c && !c.hasResidual() && !c.hasRelu();
  }

  private static Node fold(Node convolution, Node norm) {
    double epsilon = ((Op.BatchNorm) norm.op()).epsilon();
    double[] factor = norm.parameters().get(Role.VARIANCE).vector();
    double[] scale = norm.parameters().weight().vector();
    double[] bias = norm.parameters().get(Role.BIAS).vector();
    double[] mean = norm.parameters().get(Role.MEAN).vector();
    Optional<double[]> ownBias = convolution.parameters().bias().map(Parameter::vector);
    for (int c = 0; c < factor.length; c++) {
      factor[c] = scale[c] / Math.sqrt(factor[c] + epsilon);
      double own = ownBias.isPresent() ? ownBias.get()[c] : 0;
      bias[c] += (own - mean[c]) * factor[c];
    }
    Parameters folded =
        Parameters.of(
            new ScaledRows(convolution.parameters().weight(), factor),
            new Vector(norm.name() + ".folded", bias));
    return new Node(convolution.name(), convolution.op(), convolution.inputs(), folded);
  }

  /** A weight whose rows are multiplied by a factor each when they are read. */
  private static final class ScaledRows implements Parameter {
    private final Parameter weight;
    private final double[] factor;

    ScaledRows(Parameter weight, double[] factor) {
      this.weight = weight;
      this.factor = factor;
    }

    @Override
    public String key() {
      return weight.key();
    }

    @Override
    public List<Integer> shape() {
      return weight.shape();
    }

    @Override
    public void readRow(int row, double[] into) {
      readRows(row, 1, into);
    }

    @Override
    public void readRows(int first, int count, double[] into) {
      weight.readRows(first, count, into);
      int length = rowLength();
      for (int i = 0; i < count; i++) {
        double scale = factor[first + i];
        for (int j = i * length; j < (i + 1) * length; j++) {
          into[j] *= scale;
        }
      }
    }
  }
}
