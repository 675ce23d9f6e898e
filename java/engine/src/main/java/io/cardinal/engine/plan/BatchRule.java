// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.plan;

import io.cardinal.engine.graph.Graph;
import io.cardinal.engine.graph.Node;
import io.cardinal.engine.graph.Shape;
import io.cardinal.engine.platform.Caches;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How far a plan runs a batch image by image.
 *
 * <p>The early stages of a ResNeXt have large maps and few weights: run for all images, their maps
 * go through memory. The late ones have small maps and many weights: run image by image, the
 * weights come from memory for each. So the first layers run image by image, and from some block on
 * a layer takes all images. The cut is where the traffic is least by this count: for each layer and
 * image the bytes of its maps and of its weights, times 0 where the second-level cache holds them,
 * 1 where half of the last level does (others use it too), 3 where they come from memory (a Zen 5
 * core reads 130 GB/s from the one and 46 from the other). Of the last level no more than 32 MiB
 * count: a Xeon names what dozens of cores share, those of other virtual machines among them (of
 * 300 MiB, a footprint of 12 MiB had the latency of memory). No sum depends on the choice.
 */
final class BatchRule {
  private static final int FROM_LAST_LEVEL = 1;
  private static final int FROM_MEMORY = 3;
  private static final long MOST_OF_LAST_LEVEL = 32L << 20;

  private final Footprint footprint;
  private final int batch;
  private final long second;
  private final long last;

  private BatchRule(Graph graph, Shape input, int elementBytes, Caches caches) {
    this.footprint = new Footprint(graph, graph.shapes(input.withBatch(1)), elementBytes);
    this.batch = input.batch();
    this.second = caches.second();
    this.last = Math.min(caches.last(), MOST_OF_LAST_LEVEL);
  }

  /**
   * The choice.
   *
   * @param cut number of the last node that runs image by image; 0 if none does
   * @param note a line that says so, for a batch
   */
  record Choice(int cut, Optional<String> note) {}

  /** Chooses for a compiled network, an input and the caches of a core. */
  static Choice choose(Graph graph, Shape input, int elementBytes, Caches caches) {
    return input.batch() == 1
        ? new Choice(0, Optional.empty())
        : new BatchRule(graph, input, elementBytes, caches).choose();
  }

  private Choice choose() {
    List<Node> nodes = footprint.graph().nodes();
    long weights = nodes.stream().mapToLong(footprint::weights).sum();
    double whole = 0;
    for (Node node : nodes.subList(1, nodes.size())) {
      whole += traffic(node, batch, weights);
    }
    int best = 0;
    double least = whole;
    double sum = whole;
    for (int i = 1; i < nodes.size() - 1; i++) { // the last layer takes all, as its answer does
      sum += traffic(nodes.get(i), 1, weights) - traffic(nodes.get(i), batch, weights);
      if (sum < least && footprint.isOnlyValue(i)) {
        best = i;
        least = sum;
      }
    }
    String note =
        String.format(
            Locale.ROOT,
            "batch of %d: %d of %d steps image by image, up to %s; traffic by the rule %.1f MB an"
                + " image (all at once %.1f); caches %d and %d KiB",
            batch,
            best,
            nodes.size() - 1,
            best == 0 ? "none" : nodes.get(best).name(),
            least / 1e6,
            whole / 1e6,
            second >> 10,
            last >> 10);
    return new Choice(best, Optional.of(note));
  }

  /** Weighted bytes an image, where a layer takes so many images at once. */
  private double traffic(Node node, int images, long allWeights) {
    long maps = footprint.maps(node);
    return (double) maps * cost(images * maps)
        + (double) footprint.weights(node) / images * cost(allWeights);
  }

  private int cost(long bytes) {
    return bytes <= second ? 0 : bytes <= last / 2 ? FROM_LAST_LEVEL : FROM_MEMORY;
  }
}
