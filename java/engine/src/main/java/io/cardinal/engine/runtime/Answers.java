// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.runtime;

import org.jspecify.annotations.Nullable;

/**
 * Receives what a call asks for: the values of all its images, one behind the other. What is not
 * asked for is null.
 */
public final class Answers {
  final float @Nullable [] logits;
  final float @Nullable [] features;

  /**
   * Names the arrays.
   *
   * @param logits for the classifier's outputs
   * @param features for the pooled vectors that go into the classifier
   */
  public Answers(float @Nullable [] logits, float @Nullable [] features) {
    this.logits = logits;
    this.features = features;
  }
}
