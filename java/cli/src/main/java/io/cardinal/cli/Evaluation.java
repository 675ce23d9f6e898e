// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

import io.cardinal.Outcome;
import io.cardinal.Prediction;
import io.cardinal.cli.LabelledImages.Labelled;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Counts how many answers are right. An image that fails counts as a wrong answer. */
final class Evaluation {
  private static final int SECOND_CHANCES = 5;

  private final int classes;
  private final int mostMistakes;
  private final long[] images;
  private final long[] first;
  private final long[] amongFive;
  private final long[][] confusion;
  private final List<Mistake> mistakes = new ArrayList<>();
  private long failures;

  /**
   * A wrong answer.
   *
   * @param path the image
   * @param truth its class
   * @param answer what was answered
   */
  record Mistake(String path, int truth, Prediction answer) {}

  /**
   * An empty count.
   *
   * @param classes of the network
   * @param mostMistakes how many of the worst mistakes are kept
   */
  Evaluation(int classes, int mostMistakes) {
    this.classes = classes;
    this.mostMistakes = mostMistakes;
    this.images = new long[classes];
    this.first = new long[classes];
    this.amongFive = new long[classes];
    this.confusion = new long[classes][];
  }

  void add(Outcome<Labelled> outcome) {
    int truth = outcome.item().truth();
    images[truth]++;
    if (outcome.classification().isEmpty()) {
      failures++;
      return;
    }
    List<Prediction> top = outcome.classification().get().top(SECOND_CHANCES);
    Prediction best = top.get(0);
    long[] row = confusion[truth] == null ? new long[classes] : confusion[truth];
    row[best.index()]++;
    confusion[truth] = row;
    if (best.index() == truth) {
      first[truth]++;
    } else {
      remember(new Mistake(outcome.item().input().name(), truth, best));
    }
    amongFive[truth] += top.stream().anyMatch(each -> each.index() == truth) ? 1 : 0;
  }

  long images() {
    return sum(images);
  }

  long failures() {
    return failures;
  }

  /** The share of images whose first answer is right. */
  double top1() {
    return share(sum(first), images());
  }

  /** The share of images whose class is among the first five answers. */
  double top5() {
    return share(sum(amongFive), images());
  }

  /** Images of a class. */
  long images(int index) {
    return images[index];
  }

  double top1(int index) {
    return share(first[index], images[index]);
  }

  double top5(int index) {
    return share(amongFive[index], images[index]);
  }

  /** How often each class was the first answer for images of one class. */
  long[] confusion(int truth) {
    return confusion[truth] == null ? new long[classes] : confusion[truth];
  }

  /** The wrong answers that were given most confidently, the worst first. */
  List<Mistake> worstMistakes() {
    mistakes.sort(worstFirst());
    return mistakes.subList(0, Math.min(mostMistakes, mistakes.size()));
  }

  private void remember(Mistake mistake) {
    mistakes.add(mistake);
    if (mistakes.size() > 2 * mostMistakes + 64) { // keep it bounded
      List<Mistake> worst = new ArrayList<>(worstMistakes());
      mistakes.clear();
      mistakes.addAll(worst);
    }
  }

  private static Comparator<Mistake> worstFirst() {
    return Comparator.comparingDouble((Mistake m) -> -m.answer().probability())
        .thenComparing(Mistake::path);
  }

  private static long sum(long[] counts) {
    long sum = 0;
    for (long count : counts) {
      sum += count;
    }
    return sum;
  }

  private static double share(long part, long whole) {
    return whole == 0 ? Double.NaN : (double) part / whole;
  }
}
