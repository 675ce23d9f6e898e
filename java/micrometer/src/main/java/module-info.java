// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
/**
 * A classifier's metrics for Micrometer.
 *
 * <p>Start with {@link io.cardinal.micrometer.CardinalMetrics}.
 */
module io.cardinal.micrometer {
  exports io.cardinal.micrometer;

  requires transitive io.cardinal;
  requires transitive micrometer.core;
  requires static org.jspecify;
}
