// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.kernels;

import io.cardinal.engine.graph.Graph;
import io.cardinal.engine.graph.Node;
import io.cardinal.engine.graph.Shape;
import io.cardinal.engine.platform.Platform;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How long layers take on libcardinal and on oneDNN on a family of CPUs, as {@code cardinal bench
 * --tune} measured and printed it. The tables are part of the program: which kernels run is never
 * decided by a clock at run time, so that the same version gives the same bits.
 */
public final class KernelTable {
  /** What a table's first line says. */
  public static final String HEADER = String.join(",", LayerKey.COLUMNS) + ",cardinal_us,onednn_us";

  /** The families that were measured, each with AVX-512. */
  private static final List<String> FAMILIES = List.of("authenticamd-25-17", "genuineintel-6-207");

  private final String family;
  private final boolean isExact;
  private final List<Row> rows;

  private KernelTable(String family, boolean isExact, List<Row> rows) {
    this.family = family;
    this.isExact = isExact;
    this.rows = rows;
  }

  private record Row(LayerKey layer, double cardinal, double oneDnn) {}

  /**
   * How long a network takes by a table.
   *
   * @param cardinal milliseconds an image on libcardinal
   * @param oneDnn milliseconds an image on oneDNN
   */
  public record Estimate(double cardinal, double oneDnn) {}

  /** The table for a family, or the nearest one: same family, else same vendor, else the first. */
  public static KernelTable of(String family) {
    String vendorAndFamily = family.substring(0, family.lastIndexOf('-') + 1);
    String vendor = family.substring(0, family.indexOf('-') + 1);
    String nearest =
        Stream.of(family, vendorAndFamily, vendor, "")
            .flatMap(prefix -> FAMILIES.stream().filter(f -> f.startsWith(prefix)))
            .findFirst()
            .orElseThrow();
    String resource = "tables/" + nearest + ".csv";
    try (InputStream in = KernelTable.class.getResourceAsStream(resource)) {
      String text =
          new String(Objects.requireNonNull(in, resource).readAllBytes(), StandardCharsets.UTF_8);
      return new KernelTable(nearest, nearest.equals(family), parse(text));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The table for this machine's CPU, read once. */
  public static KernelTable forThisCpu() {
    return Holder.THIS_CPU;
  }

  private static final class Holder {
    private static final KernelTable THIS_CPU = of(Platform.cpuFamily());
  }

  /** Rows of layers that both providers have. */
  private static List<Row> parse(String text) {
    List<String> lines = text.lines().toList();
    if (!lines.get(0).equals(HEADER)) {
      throw new IllegalStateException("expected a table of " + HEADER + ", found " + lines.get(0));
    }
    List<Row> rows = new ArrayList<>();
    for (String line : lines.subList(1, lines.size())) {
      String[] fields = line.split(",", -1);
      int times = LayerKey.COLUMNS.size();
      rows.add(
          new Row(
              LayerKey.parse(fields),
              Double.parseDouble(fields[times]),
              Double.parseDouble(fields[times + 1])));
    }
    return rows;
  }

  /**
   * The time of a network by this table. A layer that has no row takes the nearest one's time, as
   * its work is to that row's.
   *
   * @param graph a compiled network
   * @param usual shape of one usual image
   * @return nothing for a network with a layer of a kind that has no row at all
   */
  public Optional<Estimate> estimate(Graph graph, Shape usual) {
    Map<String, Shape> shapes = graph.shapes(usual);
    double cardinal = 0;
    double oneDnn = 0;
    for (Node node : graph.nodes().subList(1, graph.nodes().size())) {
      List<Shape> inputs = node.inputs().stream().map(name -> Shape.of(shapes, name)).toList();
      List<LayerKey> layers = LayerKey.of(node, inputs, Shape.of(shapes, node.name()));
      List<Row> found = layers.stream().flatMap(layer -> nearest(layer).stream()).toList();
      if (layers.isEmpty() || found.size() < layers.size()) {
        return Optional.empty();
      }
      cardinal += found.stream().mapToDouble(Row::cardinal).sum();
      oneDnn += found.stream().mapToDouble(Row::oneDnn).sum();
    }
    return Optional.of(new Estimate(cardinal / 1e3 / usual.batch(), oneDnn / 1e3 / usual.batch()));
  }

  /** The nearest row with its times scaled to the layer's work. */
  private Optional<Row> nearest(LayerKey layer) {
    return rows.stream()
        .filter(row -> row.layer.isOfKind(layer))
        .min(Comparator.comparingDouble(row -> row.layer.distance(layer)))
        .map(
            row -> {
              double scale = (double) layer.work() / row.layer.work();
              return new Row(row.layer, scale * row.cardinal, scale * row.oneDnn);
            });
  }

  /** The estimate in words, with the table's name. */
  public String describe(Estimate estimate) {
    return String.format(
        Locale.ROOT,
        "by %s an image takes %.1f ms on cardinal, %.1f ms on onednn",
        this,
        estimate.cardinal,
        estimate.oneDnn);
  }

  @Override
  public String toString() {
    return "the table of " + family + (isExact ? "" : ", the nearest to this CPU,");
  }
}
