// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What became of one image file: an answer, or why there is none. Immutable. */
public final class Outcome {
  private final Path file;
  private final @Nullable Classification classification;
  private final @Nullable RuntimeException failure;

  private Outcome(
      Path file, @Nullable Classification classification, @Nullable RuntimeException failure) {
    this.file = file;
    this.classification = classification;
    this.failure = failure;
  }

  static Outcome of(Path file, Classification classification) {
    return new Outcome(file, classification, null);
  }

  static Outcome failed(Path file, RuntimeException failure) {
    return new Outcome(file, null, failure);
  }

  /** The file. */
  public Path file() {
    return file;
  }

  /** The answer, if there is one. */
  public Optional<Classification> classification() {
    return Optional.ofNullable(classification);
  }

  /**
   * Why there is none: an {@link io.cardinal.image.ImageException} for an image that is refused, an
   * {@link java.io.UncheckedIOException} for a file that cannot be read.
   */
  public Optional<RuntimeException> failure() {
    return Optional.ofNullable(failure);
  }

  /** The answer; throws the failure if there is none. */
  public Classification orThrow() {
    if (failure != null) {
      throw failure;
    }
    return Objects.requireNonNull(classification);
  }
}
