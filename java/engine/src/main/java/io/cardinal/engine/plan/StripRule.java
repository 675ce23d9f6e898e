// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.plan;

import io.cardinal.engine.graph.Node;
import io.cardinal.engine.platform.Caches;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;

/**
 * Which layers of an image run strip by strip, and how high the strips are.
 *
 * <p>Layer by layer, a map that does not fit the second-level cache comes back from the last level
 * for the next layer. In strips that fit, only what goes into a block and out of it passes; but
 * where the block's weights do not fit beside a strip, they come anew for each strip. A block (or
 * two single layers, as the first convolution and its pool) runs in strips where that is less by
 * this count: the bytes of the maps of each layer whose maps do not fit, and of the weights;
 * against the bytes of what the block reads and makes, and of the weights, times the strips if they
 * do not fit. Of two heights with the same count the lower leaves more room. No sum depends on the
 * choice.
 *
 * <p>It is for one thread: a team would have to meet after each strip.
 */
final class StripRule {
  /** Lower strips have too few tiles to fetch the next panel of weights in time. */
  private static final int LEAST_ROWS = 4;

  private final Footprint footprint;
  private final List<Node> nodes;
  private final IntPredicate canRunRows;
  private final Caches caches;

  private final List<Strips> chosen = new ArrayList<>();
  private long traffic;
  private long trafficByLayers;

  private StripRule(Footprint footprint, IntPredicate canRunRows, Caches caches) {
    this.footprint = footprint;
    this.nodes = footprint.graph().nodes();
    this.canRunRows = canRunRows;
    this.caches = caches;
  }

  /**
   * The choice.
   *
   * @param strips in order, apart from each other
   * @param note a line that says so, if there are any
   */
  record Choice(List<Strips> strips, Optional<String> note) {
    /** All layers whole. */
    static final Choice NONE = new Choice(List.of(), Optional.empty());
  }

  /**
   * Chooses for the caches of a core.
   *
   * @param footprint with the shapes of one run of each node
   * @param canRunRows whether the kernel of a step, by its number, can run rows of one image
   */
  static Choice choose(Footprint footprint, IntPredicate canRunRows, Caches caches) {
    return new StripRule(footprint, canRunRows, caches).choose();
  }

  private Choice choose() {
    int before = 0; // the node whose value goes into the section
    boolean isSingle = false; // whether the section before this one is a single layer, and whole
    for (int i = 1; i < nodes.size(); i++) {
      if (footprint.isOnlyValue(i)) {
        int first = isSingle && i == before + 1 ? before - 1 : before;
        boolean isInStrips = i > first + 1 && consider(first, i - 1);
        isSingle = !isInStrips && i == before + 1;
        before = i;
      }
    }
    if (chosen.isEmpty()) {
      return Choice.NONE;
    }
    int steps = chosen.stream().mapToInt(each -> each.last() - each.first() + 1).sum();
    return new Choice(
        List.copyOf(chosen),
        Optional.of(
            String.format(
                Locale.ROOT,
                "strips of rows: %d of %d steps, up to %s; traffic of these by the rule %.1f MB an"
                    + " image (layer by layer %.1f); second-level cache %d KiB",
                steps,
                nodes.size() - 1,
                nodes.get(chosen.get(chosen.size() - 1).last() + 1).name(),
                traffic / 1e6,
                trafficByLayers / 1e6,
                caches.second() >> 10)));
  }

  /** Takes some steps if strips of any height have less traffic. */
  private boolean consider(int first, int last) {
    for (int step = first; step <= last; step++) {
      if (!canRunRows.test(step)) {
        return false;
      }
    }
    List<Node> section = nodes.subList(first + 1, last + 2);
    long byLayers = byLayers(section);
    long least = byLayers;
    int best = 0;
    int height = footprint.shape(nodes.get(last + 1).name()).height();
    for (int rows = LEAST_ROWS; rows < height; rows++) {
      long bytes = byStrips(section, rows, (height + rows - 1) / rows);
      if (bytes < least) {
        best = rows;
        least = bytes;
      }
    }
    if (best == 0) {
      return false;
    }
    chosen.add(new Strips(first, last, best));
    traffic += least;
    trafficByLayers += byLayers;
    return true;
  }

  private long byLayers(List<Node> section) {
    long bytes = weights(section);
    for (Node node : section) {
      long maps = footprint.maps(node);
      bytes += maps <= caches.second() ? 0 : maps;
    }
    return bytes;
  }

  /** More than any other count where a strip does not fit. */
  private long byStrips(List<Node> section, int rows, int strips) {
    long room = caches.second();
    Map<String, Integer> rowsOf = Strips.rowsAt(section, footprint.shapes(), rows);
    for (Node node : section) {
      if (Strips.hasResidual(node)) {
        rowsOf.remove(node.name()); // it stands where its residual does
      }
    }
    for (Map.Entry<String, Integer> each : rowsOf.entrySet()) {
      int height = footprint.shape(each.getKey()).height();
      room -= footprint.map(each.getKey()) / height * each.getValue();
    }
    if (room < 0) {
      return Long.MAX_VALUE;
    }
    long weights = weights(section);
    return passing(section) + (weights <= room ? weights : strips * weights);
  }

  /** Bytes of what a section reads from before, and of what it leaves for later. */
  private long passing(List<Node> section) {
    Set<String> made = new HashSet<>();
    Set<String> read = new HashSet<>();
    section.forEach(node -> read.addAll(node.inputs()));
    section.forEach(node -> made.add(node.name()));
    read.removeAll(made);
    read.add(Objects.requireNonNull(section.get(section.size() - 1)).name());
    return read.stream().mapToLong(footprint::map).sum();
  }

  private long weights(List<Node> section) {
    return section.stream().mapToLong(footprint::weights).sum();
  }
}
