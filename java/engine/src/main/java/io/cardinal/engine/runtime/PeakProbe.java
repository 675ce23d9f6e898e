// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.runtime;

import io.cardinal.engine.NativeException;
import io.cardinal.engine.kernels.cardinal.CardinalLibrary;
import java.util.Optional;

/** Measures what the core of the calling thread can do at most, where libcardinal can. */
final class PeakProbe {
  private final Optional<CardinalLibrary> library;
  private final String reason;

  private PeakProbe(Optional<CardinalLibrary> library, String reason) {
    this.library = library;
    this.reason = reason;
  }

  /** The probe of this process; where there is none, it knows why. */
  static PeakProbe find() {
    try {
      Optional<String> refusal = CardinalLibrary.refusal();
      return refusal.isPresent()
          ? new PeakProbe(Optional.empty(), refusal.get())
          : new PeakProbe(Optional.of(CardinalLibrary.get()), "");
    } catch (NativeException e) {
      return new PeakProbe(Optional.empty(), String.valueOf(e.getMessage()));
    }
  }

  /** Why it measures nothing; empty if it does. */
  String reason() {
    return reason;
  }

  /** The best of some bursts in GFLOP/s; 0 where nothing can be measured. */
  double best() {
    return library.isPresent() ? library.get().peak(CardinalLibrary.Peak.F32) : 0;
  }
}
