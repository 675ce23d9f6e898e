// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli.report;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Bars over an axis from left to right, as SVG. Positions along it are percentages and letters keep
 * their size, so that a chart can be read at any width.
 */
final class BarChart {
  private static final int TOP = 8;
  private static final int HEIGHT = 160;
  private static final int BELOW = 22;
  private static final int GRID_LINES = 5;

  private final String title;
  private final String unit;
  private final String axis;
  private final boolean isWhole;
  private final List<Bar> bars = new ArrayList<>();
  private final List<Tick> ticks = new ArrayList<>();

  /**
   * A bar of two parts, one on the other.
   *
   * @param from its left side, 0 to 1 along the axis
   * @param to its right side
   * @param good the lower part
   * @param bad the upper part
   * @param mark where a line is drawn across it; NaN for none
   * @param words what it is, in words
   */
  private record Bar(double from, double to, double good, double bad, double mark, String words) {}

  /** A label on the axis, at 0 to 1. */
  private record Tick(double at, String label) {}

  /**
   * An empty chart.
   *
   * @param title what it shows, for those who cannot see it
   * @param unit of the bars
   * @param axis what stands from left to right, with its unit
   * @param isWhole whether the bars are counts, so that the scale has no fractions
   */
  BarChart(String title, String unit, String axis, boolean isWhole) {
    this.title = title;
    this.unit = unit;
    this.axis = axis;
    this.isWhole = isWhole;
  }

  void bar(double from, double to, double good, double bad, double mark, String words) {
    bars.add(new Bar(from, to, good, bad, mark, words));
  }

  void tick(double at, String label) {
    ticks.add(new Tick(at, label));
  }

  void writeTo(Html html) throws IOException {
    double step = step();
    int lines = (int) Math.max(1, Math.ceil(highest() / step - 1e-9));
    double top = step * lines;
    html.open("figure", "class", "chart").element("div", unit, "class", "unit");
    html.open("svg", "role", "img", "aria-label", title, "height", text(TOP + HEIGHT + BELOW));
    int decimals = (int) Math.max(0, -Math.floor(Math.log10(step)));
    for (int i = 0; i <= lines; i++) {
      String y = y(step * i, top);
      html.open("line", "class", "grid", "x1", "0", "x2", "100%", "y1", y, "y2", y).close();
      String label = String.format(Locale.ROOT, "%,." + decimals + "f", step * i);
      html.element("text", label, "class", "scale", "x", "-8", "y", y);
    }
    for (Bar bar : bars) {
      write(html, bar, top);
    }
    for (Tick tick : ticks) {
      html.element(
          "text",
          tick.label,
          "class",
          tick.at < 0.02 ? "first" : tick.at > 0.98 ? "last" : "tick",
          "x",
          percent(tick.at),
          "y",
          text(TOP + HEIGHT + BELOW - 4));
    }
    html.closeLine().element("figcaption", axis).closeLine();
  }

  private static void write(Html html, Bar bar, double top) throws IOException {
    part(html, "good", bar, 0, bar.good, top);
    part(html, "bad", bar, bar.good, bar.good + bar.bad, top);
    if (!Double.isNaN(bar.mark)) {
      String y = y(bar.mark, top);
      String left = percent(bar.from);
      html.open("line", "class", "mark", "x1", left, "x2", percent(bar.to), "y1", y, "y2", y)
          .close();
    }
  }

  private static void part(Html html, String kind, Bar bar, double from, double to, double top)
      throws IOException {
    if (to > from) {
      html.open(
              "rect",
              "class",
              kind,
              "x",
              percent(bar.from),
              "width",
              percent(bar.to - bar.from),
              "y",
              y(to, top),
              "height",
              text(HEIGHT * (to - from) / top))
          .element("title", bar.words)
          .close();
    }
  }

  private double highest() {
    double highest = 0;
    for (Bar bar : bars) {
      highest = Math.max(highest, bar.good + bar.bad);
      highest = Double.isNaN(bar.mark) ? highest : Math.max(highest, bar.mark);
    }
    return highest == 0 ? 1 : highest; // an empty chart has a scale too
  }

  /** The distance of grid lines: 1, 2 or 5 times a power of ten. */
  private double step() {
    double least = highest() / GRID_LINES;
    double power = Math.pow(10, Math.floor(Math.log10(Math.max(least, 1e-9))));
    double step = 10 * power;
    for (double factor : new double[] {5, 2, 1}) {
      step = factor * power >= least ? factor * power : step;
    }
    return isWhole ? Math.max(1, step) : step;
  }

  private static String y(double value, double top) {
    return text(TOP + HEIGHT * (1 - value / top));
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.3f%%", 100 * share);
  }

  private static String text(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
