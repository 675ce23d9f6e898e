// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.runtime;

import io.cardinal.engine.NativeException;
import io.cardinal.engine.kernels.KernelProvider;
import io.cardinal.engine.kernels.cardinal.CardinalLibrary;
import java.util.Optional;

/**
 * Lets denormal numbers, which cost a CPU a hundred times as much as others, count as zero while
 * oneDNN's kernels run, where libcardinal is there to tell the CPU. Its own kernels do so by
 * themselves, and the reference computes with what is there.
 */
final class Denormals {
  private final Optional<CardinalLibrary> library;

  private Denormals(Optional<CardinalLibrary> library) {
    this.library = library;
  }

  /** For runs of that provider's kernels. */
  static Denormals in(KernelProvider provider) {
    if (!provider.name().equals("onednn") || !CardinalLibrary.isBuiltIn()) {
      return new Denormals(Optional.empty());
    }
    try {
      return new Denormals(Optional.of(CardinalLibrary.get()));
    } catch (NativeException e) {
      return new Denormals(
          Optional.empty()); // the answers are right without it, and doctor says why
    }
  }

  /**
   * From now on on the calling thread, or no longer.
   *
   * @return what held before
   */
  boolean flush(boolean flush) {
    return library.isPresent() && library.get().flushDenormals(flush);
  }
}
