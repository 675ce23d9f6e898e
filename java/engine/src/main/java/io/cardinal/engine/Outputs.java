// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine;

/** What a network makes of some images. The arrays are the caller's own. */
public final class Outputs {
  private final float[] logits;
  private final float[] features;

  Outputs(float[] logits, float[] features) {
    this.logits = logits;
    this.features = features;
  }

  /**
   * The classifier's outputs.
   *
   * @return [batch, classes] row by row, as {@link Model#infer} gives them
   */
  public float[] logits() {
    return logits;
  }

  /**
   * The pooled vectors.
   *
   * @return [batch, features] row by row, as {@link Model#features} gives them
   */
  public float[] features() {
    return features;
  }
}
