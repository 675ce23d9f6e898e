// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli.report;

import io.cardinal.Prediction;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Counts how many answers are right. An image that fails counts as a wrong answer. Used on one
 * thread.
 *
 * @param <T> what stands for an image
 */
public final class Evaluation<T> {
  /** How many answers of an image may be right for its top-5. */
  public static final int SECOND_CHANCES = 5;

  private final int classes;
  private final int mostMistakes;
  private final long[] images;
  private final long[] first;
  private final long[] amongFive;
  private final long[][] confusion;
  private final List<Mistake<T>> mistakes = new ArrayList<>();
  private long failures;

  /**
   * A wrong answer.
   *
   * @param <T> what stands for an image
   * @param image the image
   * @param name what it is called
   * @param truth its class
   * @param answer what was answered
   */
  public record Mistake<T>(T image, String name, int truth, Prediction answer) {}

  /**
   * An empty count.
   *
   * @param classes of the network
   * @param mostMistakes how many of the worst mistakes are kept
   */
  public Evaluation(int classes, int mostMistakes) {
    this.classes = classes;
    this.mostMistakes = mostMistakes;
    this.images = new long[classes];
    this.first = new long[classes];
    this.amongFive = new long[classes];
    this.confusion = new long[classes][];
  }

  /**
   * Counts an image.
   *
   * @param image the image
   * @param name what it is called
   * @param truth its class
   * @param top the first {@link #SECOND_CHANCES} answers, best first; empty where it failed
   */
  public void add(T image, String name, int truth, List<Prediction> top) {
    images[truth]++;
    if (top.isEmpty()) {
      failures++;
      return;
    }
    Prediction best = top.get(0);
    long[] row = confusion[truth] == null ? new long[classes] : confusion[truth];
    row[best.index()]++;
    confusion[truth] = row;
    if (best.index() == truth) {
      first[truth]++;
    } else {
      remember(new Mistake<>(image, name, truth, best));
    }
    amongFive[truth] += top.stream().anyMatch(each -> each.index() == truth) ? 1 : 0;
  }

  public long images() {
    return sum(images);
  }

  public long failures() {
    return failures;
  }

  /** The share of images whose first answer is right. */
  public double top1() {
    return share(sum(first), images());
  }

  /** The share of images whose class is among the first five answers. */
  public double top5() {
    return share(sum(amongFive), images());
  }

  /** Images of a class. */
  public long images(int index) {
    return images[index];
  }

  public double top1(int index) {
    return share(first[index], images[index]);
  }

  public double top5(int index) {
    return share(amongFive[index], images[index]);
  }

  /** How often each class was the first answer for images of one class. */
  public long[] confusion(int truth) {
    return confusion[truth] == null ? new long[classes] : confusion[truth];
  }

  /**
   * The wrong answers that were given most confidently, the worst first.
   *
   * @param most how many at most; no more than are kept
   */
  public List<Mistake<T>> worstMistakes(int most) {
    mistakes.sort(worstFirst());
    return List.copyOf(mistakes.subList(0, Math.min(most, mistakes.size())));
  }

  private void remember(Mistake<T> mistake) {
    mistakes.add(mistake);
    if (mistakes.size() > 2 * mostMistakes + 64) { // keep it bounded
      List<Mistake<T>> worst = worstMistakes(mostMistakes);
      mistakes.clear();
      mistakes.addAll(worst);
    }
  }

  private static <T> Comparator<Mistake<T>> worstFirst() {
    return Comparator.comparingDouble((Mistake<T> m) -> -m.answer().probability())
        .thenComparing(Mistake::name);
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
