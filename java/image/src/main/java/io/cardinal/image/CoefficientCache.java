// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

import java.util.LinkedHashMap;
import java.util.Map;

/** The weights of recent passes, at most 4 MiB of them; thread-safe. */
final class CoefficientCache {
  private static final int MAX_ENTRIES = 64;

  /** Larger tables are made anew each time: making them costs little beside using them. */
  private static final int MAX_WEIGHTS = 1 << 14;

  private final Map<Coefficients.Key, Coefficients> recent =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Coefficients.Key, Coefficients> eldest) {
          return size() > MAX_ENTRIES;
        }
      };

  Coefficients get(Coefficients.Key key) {
    if ((long) key.taps() * (key.end() - key.start()) > MAX_WEIGHTS) {
      return Coefficients.of(key);
    }
    synchronized (recent) {
      return recent.computeIfAbsent(key, Coefficients::of);
    }
  }
}
