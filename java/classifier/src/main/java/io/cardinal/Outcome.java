// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal;

import java.awt.image.BufferedImage;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What became of one image file: an answer, or why there is none. Immutable.
 *
 * @param <T> what the caller named the file by
 */
public final class Outcome<T> {
  private final T item;
  private final @Nullable Classification classification;
  private final float @Nullable [] features;
  private final @Nullable BufferedImage preview;
  private final @Nullable RuntimeException failure;

  private Outcome(
      T item,
      @Nullable Classification classification,
      float @Nullable [] features,
      @Nullable BufferedImage preview,
      @Nullable RuntimeException failure) {
    this.item = item;
    this.classification = classification;
    this.features = features;
    this.preview = preview;
    this.failure = failure;
  }

  static <T> Outcome<T> of(
      T item,
      Classification classification,
      float @Nullable [] features,
      @Nullable BufferedImage preview) {
    return new Outcome<>(item, classification, features, preview, null);
  }

  static <T> Outcome<T> failed(T item, RuntimeException failure) {
    return new Outcome<>(item, null, null, null, failure);
  }

  /** {@return what was classified} */
  public T item() {
    return item;
  }

  /** {@return the answer, if there is one} */
  public Optional<Classification> classification() {
    return Optional.ofNullable(classification);
  }

  /**
   * {@return the pooled vector, if there is an answer and {@link RunOptions#withFeatures} asked for
   * it; a copy}
   */
  public Optional<float[]> features() {
    return Optional.ofNullable(features).map(float[]::clone);
  }

  /**
   * {@return the image made small, in RGB, if there is an answer and {@link
   * RunOptions#withPreviews} asked for it}
   */
  public Optional<BufferedImage> preview() {
    return Optional.ofNullable(preview);
  }

  /**
   * {@return why there is none: an {@link io.cardinal.image.ImageException} for an image that is
   * refused, an {@link java.io.UncheckedIOException} for a file that cannot be read}
   */
  public Optional<RuntimeException> failure() {
    return Optional.ofNullable(failure);
  }

  /** {@return the answer; throws the failure if there is none} */
  public Classification orThrow() {
    if (failure != null) {
      throw failure;
    }
    return Objects.requireNonNull(classification);
  }
}
