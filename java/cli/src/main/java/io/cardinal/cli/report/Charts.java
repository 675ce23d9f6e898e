// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli.report;

import io.cardinal.cli.report.RateHistory.Interval;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/** The charts that reports are made of. */
final class Charts {
  private static final int INTERVALS = 60;
  private static final int ROWS_AN_INTERVAL = 5;
  private static final int MOST_TICKS = 5;

  /** What is left free on both sides of a bar of a histogram. */
  private static final double BIN_GAP = 0.004;

  /** Distances of labels on an axis of time, in seconds. */
  private static final double[] TIME_STEPS = {
    0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600,
    43200, 86400
  };

  private Charts() {}

  /** How many images a second, over the time of the run. */
  static void rate(Page page, RunCounts run) throws IOException {
    RateHistory rates = run.rates();
    long most = Math.max(1, Math.min(INTERVALS, run.images() / ROWS_AN_INTERVAL));
    List<Interval> intervals = rates.intervals((int) most);
    long whole = rates.nanoseconds();
    if (intervals.size() < 3) {
      String words =
          Figures.count(run.images(), "image", "images") + " in " + Figures.duration(whole);
      page.section("Rate", words + ": too few or too fast for a chart.", () -> {});
      return;
    }
    BarChart chart =
        new BarChart("images per second over time", "images/s", "time since the start", false);
    for (Interval each : intervals) {
      double good = each.perSecond(each.answered());
      double bad = each.perSecond(each.failed());
      chart.bar(
          (double) each.start() / whole,
          (double) each.end() / whole,
          good,
          bad,
          Double.NaN,
          "from "
              + Figures.duration(each.start())
              + " to "
              + Figures.duration(each.end())
              + ": "
              + Figures.rate(good + bad)
              + " images/s, "
              + Figures.count(each.failed())
              + " failed");
    }
    timeTicks(chart, whole / 1e9);
    String note =
        "Rows written a second" + (run.failures().count() > 0 ? "; failed ones red." : ".");
    page.section("Rate", note, () -> chart.writeTo(page.html()));
  }

  /** How many first answers were given how confidently; wrong ones on top, where that is known. */
  static void confidence(Page page, Confidences confidences, String note) throws IOException {
    BarChart chart =
        new BarChart(
            "images by the probability of the first answer",
            "images",
            "probability of the first answer",
            true);
    for (int bin = 0; bin < Confidences.BINS; bin++) {
      long right = confidences.right(bin);
      long wrong = confidences.count(bin) - right;
      bin(
          chart,
          bin,
          (double) right,
          (double) wrong,
          Double.NaN,
          Figures.count(right + wrong, "image", "images"));
    }
    probabilityTicks(chart);
    String others =
        confidences.notNumbers() == 0
            ? ""
            : " " + Figures.count(confidences.notNumbers()) + " more are no number.";
    page.section("Confidence", note + others, () -> chart.writeTo(page.html()));
  }

  /** How often answers of each confidence are right. */
  static void calibration(Page page, Confidences confidences) throws IOException {
    BarChart chart =
        new BarChart(
            "accuracy by the probability of the first answer",
            "share that is right",
            "probability of the first answer",
            false);
    for (int bin = 0; bin < Confidences.BINS; bin++) {
      long count = confidences.count(bin);
      if (count > 0) {
        double accuracy = (double) confidences.right(bin) / count;
        String words =
            Figures.count(count, "image", "images")
                + ", "
                + Figures.percent(accuracy)
                + " right, mean probability "
                + Figures.percent(confidences.mean(bin));
        bin(chart, bin, accuracy, 0, confidences.mean(bin), words);
      }
    }
    probabilityTicks(chart);
    String note =
        "A network that knows its limits has each bar at its line, the mean probability. Expected"
            + " calibration error "
            + Figures.fraction(confidences.calibrationError())
            + " over "
            + Confidences.BINS
            + " bins.";
    page.section("Calibration", note, () -> chart.writeTo(page.html()));
  }

  private static void bin(
      BarChart chart, int bin, double good, double bad, double mark, String words) {
    double from = (double) bin / Confidences.BINS;
    double to = (double) (bin + 1) / Confidences.BINS;
    String range = String.format(Locale.ROOT, "%.2f to %.2f: ", from, to);
    chart.bar(from + BIN_GAP, to - BIN_GAP, good, bad, mark, range + words);
  }

  private static void probabilityTicks(BarChart chart) {
    for (int i = 0; i <= 5; i++) {
      chart.tick(i / 5.0, String.format(Locale.ROOT, "%.1f", i / 5.0));
    }
  }

  private static void timeTicks(BarChart chart, double seconds) {
    double step = TIME_STEPS[0];
    for (double each : TIME_STEPS) {
      step = seconds / step > MOST_TICKS ? each : step;
    }
    while (seconds / step > MOST_TICKS) {
      step *= 2; // days
    }
    for (int i = 0; i * step <= seconds; i++) {
      chart.tick(i * step / seconds, time(i * step, step));
    }
  }

  /** A time in the unit that fits the distance of the labels. */
  private static String time(double seconds, double step) {
    if (seconds == 0) {
      return "0";
    } else if (step < 1) {
      return String.format(Locale.ROOT, "%.1f s", seconds);
    } else if (step < 60) {
      return Math.round(seconds) + " s";
    } else if (step < 3600) {
      return Math.round(seconds / 60) + " min";
    }
    return step < 86400 ? Math.round(seconds / 3600) + " h" : Math.round(seconds / 86400) + " d";
  }
}
