// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.kernels.cardinal;

import io.cardinal.engine.graph.Graph;
import io.cardinal.engine.graph.Node;
import io.cardinal.engine.graph.Op;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which values of a network have their channels interleaved, as cardinal.h describes: those around
 * a grouped convolution of 4 or 8 channels a group, where the layers before and after it have
 * kernel 1 and so can give and take them in any order; the one before adds no residual, since that
 * is in natural order.
 */
final class Interleaving {
  private final Map<String, Integer> channels = new HashMap<>();

  private Interleaving() {}

  /** Every value in natural order. */
  static Interleaving none() {
    return new Interleaving();
  }

  /** As many values as can be. */
  static Interleaving of(Graph graph) {
    Interleaving all = new Interleaving();
    for (Node node : graph.nodes()) {
      int group = channelsOfAGroup(node);
      if (group == 0 || node.name().equals(graph.output())) {
        continue;
      }
      Node producer = graph.node(node.inputs().get(0));
      List<Node> consumers = graph.consumers(node.name());
      if (isPointwise(producer)
          && producer.inputs().size() == 1
          && graph.hasOneConsumer(producer.name())
          && consumers.stream().allMatch(consumer -> takesFirst(consumer, node.name()))) {
        all.channels.put(producer.name(), group);
        all.channels.put(node.name(), group);
      }
    }
    return all;
  }

  /** The channels of a group by which a value is interleaved; 0 for natural order. */
  int of(String value) {
    return channels.getOrDefault(value, 0);
  }

  private static int channelsOfAGroup(Node node) {
    if (node.op() instanceof Op.Convolution c && c.kernel() == 3) {
      int channels = c.outputs() / c.groups();
      boolean isOfWholeBlocks = c.outputs() % 16 == 0;
      return isOfWholeBlocks && (channels == 4 || channels == 8) ? channels : 0;
    }
    return 0;
  }

  private static boolean isPointwise(Node node) {
    return node.op() instanceof Op.Convolution c && c.isPointwise();
  }

  /** As what it convolves, and not as a residual or a second input. */
  private static boolean takesFirst(Node consumer, String value) {
    return (isPointwise(consumer) || consumer.op() instanceof Op.PointwiseSum)
        && consumer.inputs().indexOf(value) == 0
        && consumer.inputs().lastIndexOf(value) == 0;
  }
}
