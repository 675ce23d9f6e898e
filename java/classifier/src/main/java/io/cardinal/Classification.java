// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal;

import io.cardinal.engine.ModelInfo;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The answer for one image. Immutable.
 *
 * <p>A network whose outputs overflow gives logits that are not finite. Where one of them is NaN or
 * positive infinity, every probability is NaN, so that no class looks certain; a logit that is NaN
 * ranks last.
 */
public final class Classification {
  private final float[] logits;
  private final float[] probabilities;
  private final ModelInfo model;

  Classification(float[] logits, ModelInfo model) {
    this.logits = logits;
    this.probabilities = softmax(logits);
    this.model = model;
  }

  /** {@return the most probable class} */
  public Prediction best() {
    return top(1).get(0);
  }

  /**
   * The most probable classes, best first; equal ones by index.
   *
   * @param count how many, 1 or more; at most the number of classes are given
   * @return that many, or as many as there are classes
   */
  public List<Prediction> top(int count) {
    if (count < 1) {
      throw new IllegalArgumentException("count must be positive, not " + count);
    }
    return IntStream.range(0, logits.length)
        .boxed()
        .sorted(Comparator.comparingDouble(this::descending).thenComparingInt(i -> i))
        .limit(count)
        .map(this::prediction)
        .toList();
  }

  /** {@return the network's outputs in class order; a copy} */
  public float[] logits() {
    return logits.clone();
  }

  /** {@return softmax of the logits in class order; a copy} */
  public float[] probabilities() {
    return probabilities.clone();
  }

  @Override
  public String toString() {
    return best().toString();
  }

  private Prediction prediction(int index) {
    List<String> ids = model.metadata().labelIds();
    return new Prediction(
        index,
        model.metadata().labels().get(index),
        ids.isEmpty() ? "" : ids.get(index),
        probabilities[index],
        logits[index]);
  }

  /** NaN comes last: it never is the best class. */
  private double descending(int index) {
    return Float.isNaN(logits[index]) ? Double.POSITIVE_INFINITY : -logits[index];
  }

  /** {@code exp(x - max) / sum}, in double. */
  private static float[] softmax(float[] logits) {
    double maximum = Double.NEGATIVE_INFINITY;
    for (float logit : logits) {
      maximum = Math.max(maximum, logit);
    }
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit - maximum);
    }
    float[] probabilities = new float[logits.length];
    for (int i = 0; i < logits.length; i++) {
      probabilities[i] = (float) (Math.exp(logits[i] - maximum) / sum);
    }
    return probabilities;
  }
}
