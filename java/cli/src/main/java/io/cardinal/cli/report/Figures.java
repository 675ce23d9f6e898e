// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli.report;

import java.util.Locale;

/** Numbers as a page shows them, the same in every locale. */
final class Figures {
  private Figures() {}

  static String count(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  /** A count with its noun. */
  static String count(long value, String singular, String plural) {
    return count(value) + " " + (value == 1 ? singular : plural);
  }

  /** A share of 1 as a percentage. */
  static String percent(double share) {
    return Double.isNaN(share) ? "–" : String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }

  static String percent(long part, long whole) {
    return percent(whole == 0 ? Double.NaN : (double) part / whole);
  }

  /** A fraction with four decimals, as the commands print it. */
  static String fraction(double value) {
    return Double.isNaN(value) ? "–" : String.format(Locale.ROOT, "%.4f", value);
  }

  /** A share of 1 as the width of a bar; none where it is no number. */
  static String width(double share) {
    return String.format(Locale.ROOT, "width:%.2f%%", Double.isNaN(share) ? 0 : 100 * share);
  }

  /** A rate with about three digits. */
  static String rate(double value) {
    return String.format(Locale.ROOT, value < 100 ? "%.1f" : "%,.0f", value);
  }

  /** A duration in the two units that say most. */
  static String duration(long nanoseconds) {
    long seconds = Math.round(nanoseconds / 1e9);
    if (seconds < 60) {
      return String.format(Locale.ROOT, "%.1f s", nanoseconds / 1e9);
    } else if (seconds < 3600) {
      return seconds / 60 + " min " + seconds % 60 + " s";
    }
    return seconds / 3600 + " h " + seconds % 3600 / 60 + " min";
  }
}
