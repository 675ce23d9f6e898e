// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli.report;

import io.cardinal.engine.ModelMetadata;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * Which class was answered for which, as a picture: of few classes a table with the counts, of many
 * a square of points, each for one or several classes.
 */
final class Confusion {
  private static final int MOST_NUMBERED = 40;
  private static final int MOST_POINTS = 500;
  private static final int PAIRS = 30;

  private static final int RIGHT_RGB = 0x2c6ecb;
  private static final int WRONG_RGB = 0xd0402f;

  private final Evaluation<?> evaluation;
  private final ModelMetadata metadata;
  private final int classes;
  private final int together;

  /** Two classes of which one was taken for the other, and how many images the true one has. */
  record Pair(int truth, int answer, long count, long images) {}

  Confusion(Evaluation<?> evaluation, ModelMetadata metadata) {
    this.evaluation = evaluation;
    this.metadata = metadata;
    this.classes = metadata.labels().size();
    this.together = (classes + MOST_POINTS - 1) / MOST_POINTS;
  }

  /** How the picture is read. */
  String note() {
    if (classes <= MOST_NUMBERED) {
      return "A row a true class, a column a first answer: blue is right, red is wrong, darker is a"
          + " larger share of the row.";
    }
    return "From the top down the true class, from left to right the first answer, both from class"
        + " 0: blue is right, red is wrong, darker is a larger share of the row."
        + (together == 1 ? "" : " A point stands for " + together + " x " + together + " classes.");
  }

  void writeTo(Html html) throws IOException {
    if (classes <= MOST_NUMBERED) {
      writeTable(html);
    } else {
      html.open("div", "class", "matrix");
      html.open("img", "src", DataUri.ofDrawing(points()), "alt", "the confusion matrix")
          .closeLine();
    }
  }

  /** The pairs that were confused most often. */
  List<Pair> worstPairs() {
    List<Pair> pairs = new ArrayList<>();
    for (int truth = 0; truth < classes; truth++) {
      long[] row = evaluation.confusion(truth);
      for (int answer = 0; answer < classes; answer++) {
        if (answer != truth && row[answer] > 0) {
          pairs.add(new Pair(truth, answer, row[answer], evaluation.images(truth)));
        }
      }
      pairs.sort(Comparator.comparingLong((Pair pair) -> -pair.count));
      pairs = new ArrayList<>(pairs.subList(0, Math.min(PAIRS, pairs.size())));
    }
    return pairs;
  }

  private void writeTable(Html html) throws IOException {
    html.open("div", "class", "scroll").open("table", "class", "heat").open("thead").open("tr");
    html.element("td", "");
    for (int answer = 0; answer < classes; answer++) {
      String label = ClassTable.label(metadata, answer);
      html.element("th", Integer.toString(answer), "scope", "col", "title", label);
    }
    html.close().close().open("tbody");
    for (int truth = 0; truth < classes; truth++) {
      html.open("tr").open("th", "scope", "row");
      html.element("span", Integer.toString(truth), "class", "index");
      html.name(ClassTable.label(metadata, truth)).close();
      long[] row = evaluation.confusion(truth);
      long images = evaluation.images(truth);
      for (int answer = 0; answer < classes; answer++) {
        cell(html, truth, answer, row[answer], images);
      }
      html.closeLine();
    }
    html.close().close().closeLine();
  }

  private void cell(Html html, int truth, int answer, long count, long images) throws IOException {
    if (count == 0) {
      html.element("td", "");
      return;
    }
    double share = (double) count / images;
    String kind = (truth == answer ? "right" : "wrong") + (share > 0.5 ? " strong" : "");
    html.element(
        "td",
        Figures.count(count),
        "class",
        kind,
        "style",
        String.format(Locale.ROOT, "--share:%.3f", shade(share)),
        "title",
        ClassTable.label(metadata, truth)
            + " taken for "
            + ClassTable.label(metadata, answer)
            + ": "
            + Figures.percent(share));
  }

  /** Colours over whatever lies behind, so that the picture fits a light and a dark page. */
  private BufferedImage points() {
    int size = (classes + together - 1) / together;
    BufferedImage picture = new BufferedImage(size, size, BufferedImage.TYPE_INT_ARGB);
    for (int y = 0; y < size; y++) {
      long images = 0;
      long[] right = new long[size];
      long[] wrong = new long[size];
      for (int truth = y * together; truth < Math.min(classes, (y + 1) * together); truth++) {
        images += evaluation.images(truth);
        long[] row = evaluation.confusion(truth);
        for (int answer = 0; answer < classes; answer++) {
          (answer == truth ? right : wrong)[answer / together] += row[answer];
        }
      }
      for (int x = 0; x < size && images > 0; x++) {
        boolean isRight = right[x] >= wrong[x];
        double share = (double) Math.max(right[x], wrong[x]) / images;
        int alpha = (int) Math.round(255 * shade(share));
        picture.setRGB(x, y, alpha << 24 | (isRight ? RIGHT_RGB : WRONG_RGB));
      }
    }
    return picture;
  }

  /** Opacity for a share: the root, so that a few confusions can be seen. */
  private static double shade(double share) {
    return Math.sqrt(share);
  }
}
