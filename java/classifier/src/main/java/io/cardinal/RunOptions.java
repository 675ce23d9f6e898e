// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal;

/**
 * What a run over many images gives besides the answers. Immutable; {@code with...} methods give
 * changed copies.
 */
public final class RunOptions {
  private static final RunOptions DEFAULTS = new RunOptions(false, 0, 1);

  private final boolean hasFeatures;
  private final int previews;
  private final int previewEdge;

  private RunOptions(boolean hasFeatures, int previews, int previewEdge) {
    this.hasFeatures = hasFeatures;
    this.previews = previews;
    this.previewEdge = previewEdge;
  }

  /** {@return answers alone} */
  public static RunOptions defaults() {
    return DEFAULTS;
  }

  /**
   * {@return a copy whose outcomes have {@link Outcome#features}, or have not}
   *
   * @param wanted whether they have
   */
  public RunOptions withFeatures(boolean wanted) {
    return new RunOptions(wanted, previews, previewEdge);
  }

  /**
   * {@return a copy where outcomes have a small picture, {@link Outcome#preview}}
   *
   * @param count how many of the first images have one, 0 or more
   * @param edge the longer side of the picture in pixels, 1 to 1024; smaller images stay as they
   *     are
   */
  public RunOptions withPreviews(int count, int edge) {
    if (count < 0) {
      throw new IllegalArgumentException("previews must be 0 or more, not " + count);
    }
    if (edge < 1 || edge > Previews.LONGEST_EDGE) {
      throw new IllegalArgumentException(
          "a preview's edge must be 1 to " + Previews.LONGEST_EDGE + ", not " + edge);
    }
    return new RunOptions(hasFeatures, count, edge);
  }

  boolean hasFeatures() {
    return hasFeatures;
  }

  /** The edge of the preview of an image of an index, from 0; 0 if it has none. */
  int previewEdge(long index) {
    return index < previews ? previewEdge : 0;
  }
}
