// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.List;
import java.util.Locale;

/** Numbers as text, the same on every JDK and in every locale. */
public final class Numbers {
  private static final int MOST_DIGITS = 9;

  /** The nearest first; above a power of two the floats lie further apart than below it. */
  private static final List<RoundingMode> ROUNDINGS =
      List.of(RoundingMode.HALF_EVEN, RoundingMode.UP);

  private Numbers() {}

  /**
   * The shortest decimal that reads back to the same float, in the form that {@code Float.toString}
   * has since JDK 19 (older ones sometimes print a digit too many).
   */
  public static String shortest(float value) {
    if (Float.isNaN(value) || Float.isInfinite(value) || value == 0) {
      return Float.toString(value);
    }
    BigDecimal exact = new BigDecimal(value);
    for (int digits = 2; digits < MOST_DIGITS; digits++) {
      for (RoundingMode mode : ROUNDINGS) {
        BigDecimal rounded = exact.round(new MathContext(digits, mode));
        if (rounded.floatValue() == value) {
          return format(rounded);
        }
      }
    }
    return format(exact.round(new MathContext(MOST_DIGITS, RoundingMode.HALF_EVEN)));
  }

  /** A fraction with four decimals. */
  static String fraction(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }

  /** A number with one decimal. */
  public static String oneDecimal(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }

  private static String format(BigDecimal value) {
    BigDecimal stripped = value.stripTrailingZeros();
    int exponent = stripped.precision() - stripped.scale() - 1;
    if (exponent >= -3 && exponent < 7) {
      return (stripped.scale() < 1 ? stripped.setScale(1) : stripped).toPlainString();
    }
    BigDecimal mantissa = stripped.movePointLeft(exponent);
    return (mantissa.scale() < 1 ? mantissa.setScale(1) : mantissa).toPlainString()
        + "E"
        + exponent;
  }
}
