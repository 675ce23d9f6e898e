// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.compile;

import io.cardinal.engine.graph.Graph;
import java.util.List;
import java.util.function.UnaryOperator;

/** Runs every pass over a graph, in the one order in which they work together. */
public final class Compiler {
  private static final List<UnaryOperator<Graph>> PASSES =
      List.of(FoldBatchNorm::apply, FuseResidualAdd::apply, FuseRelu::apply);

  private Compiler() {}

  /** The graph that is planned: the same function with fewer nodes. */
  public static Graph compile(Graph graph) {
    Graph compiled = graph;
    for (UnaryOperator<Graph> pass : PASSES) {
      compiled = pass.apply(compiled);
    }
    return compiled;
  }

  /**
   * The same function for kernels that compute a block's last layer and its down-sampling as one.
   *
   * @param compiled what {@link #compile} gave
   */
  public static Graph fuseProjections(Graph compiled) {
    return FuseProjection.apply(compiled);
  }
}
