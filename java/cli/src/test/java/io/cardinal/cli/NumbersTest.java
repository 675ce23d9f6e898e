// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.cardinal.testing.Scale;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Floats as text. */
class NumbersTest {
  @Test
  void shouldReadBackToTheSameFloat() {
    SplittableRandom random = new SplittableRandom(7);
    boolean isShortest = Runtime.version().feature() >= 19; // Float.toString is, since then
    for (int i = 0; i < Scale.of(100_000, 1_000_000, 100_000_000); i++) {
      float value = Float.intBitsToFloat(random.nextInt());
      String text = Numbers.shortest(value);
      if (Float.floatToIntBits(Float.parseFloat(text)) != Float.floatToIntBits(value)
          || text.length() > Float.toString(value).length()
          || (isShortest && !text.equals(Float.toString(value)))) {
        throw new AssertionError(Float.toString(value) + " became " + text);
      }
    }
  }

  @Test
  void shouldFindTheShortestAtPowersOfTwoWhereTheGapsDiffer() {
    for (int exponent = -149; exponent <= 127; exponent++) {
      float value = Math.scalb(1f, exponent);
      String text = Numbers.shortest(value);
      assertThat(Float.parseFloat(text)).isEqualTo(value);
      int digits = new BigDecimal(text).unscaledValue().toString().replaceAll("0+$", "").length();
      assertThat(Math.max(2, digits)).as(text).isEqualTo(fewestDigits(value));
      if (Runtime.version().feature() >= 19) {
        assertThat(text).isEqualTo(Float.toString(value));
      }
    }
  }

  /** The fewest digits, two or more, of a decimal that reads back, by trying neighbours. */
  private static int fewestDigits(float value) {
    BigDecimal exact = new BigDecimal(value);
    int magnitude = exact.precision() - exact.scale();
    for (int digits = 2; digits < 9; digits++) {
      BigDecimal unit = BigDecimal.ONE.scaleByPowerOfTen(magnitude - digits);
      BigDecimal below = exact.divideToIntegralValue(unit).multiply(unit);
      for (int k = -2; k <= 3; k++) {
        BigDecimal candidate = below.add(unit.multiply(BigDecimal.valueOf(k)));
        if (Float.parseFloat(candidate.toString()) == value) {
          return digits;
        }
      }
    }
    return 9;
  }

  @Test
  void shouldWriteEachFormAsFloatToStringDoes() {
    assertThat(Numbers.shortest(0f)).isEqualTo("0.0");
    assertThat(Numbers.shortest(-0f)).isEqualTo("-0.0");
    assertThat(Numbers.shortest(1f)).isEqualTo("1.0");
    assertThat(Numbers.shortest(-12.5f)).isEqualTo("-12.5");
    assertThat(Numbers.shortest(0.001f)).isEqualTo("0.001");
    assertThat(Numbers.shortest(0.00099f)).isEqualTo("9.9E-4");
    assertThat(Numbers.shortest(9_999_999f)).isEqualTo("9999999.0");
    assertThat(Numbers.shortest(1e7f)).isEqualTo("1.0E7");
    assertThat(Numbers.shortest(2e-3f)).isEqualTo("0.002");
    assertThat(Numbers.shortest(1.1754944E-38f)).isEqualTo("1.1754944E-38");
    assertThat(Numbers.shortest(Float.MIN_VALUE)).isEqualTo("1.4E-45");
    assertThat(Numbers.shortest(Float.MAX_VALUE)).isEqualTo("3.4028235E38");
    assertThat(Numbers.shortest(Float.NaN)).isEqualTo("NaN");
    assertThat(Numbers.shortest(Float.NEGATIVE_INFINITY)).isEqualTo("-Infinity");
    assertThat(Numbers.shortest(2.2E-44f)).isEqualTo("2.2E-44");
    assertThat(Numbers.shortest(1.0E10f)).isEqualTo("1.0E10");
    assertThat(Numbers.shortest(8.41E21f)).isEqualTo("8.41E21");
  }

  @Test
  void shouldBeTheSameInEveryLocale() {
    Locale before = Locale.getDefault();
    try {
      for (String tag : new String[] {"tr", "ar-EG-u-nu-arab", "de", "hi-IN-u-nu-deva"}) {
        Locale.setDefault(Locale.forLanguageTag(tag));
        assertThat(Numbers.shortest(0.9515538f)).isEqualTo("0.9515538");
        assertThat(Numbers.shortest(1e-7f)).isEqualTo("1.0E-7");
        assertThat(Numbers.fraction(0.87103)).isEqualTo("0.8710");
        assertThat(Numbers.oneDecimal(1234.56)).isEqualTo("1234.6");
        Cli.Result csv = Cli.run("classify", "--format", "csv", "--topk", "1", Cli.FROG);
        assertThat(csv.csv().get(1)).startsWith(Cli.FROG.toString(), "ok", "", "", "frog", "6");
        assertThat(csv.csv().get(1).get(6)).matches("0\\.95\\d+");
        assertThat(Cli.run("classify", Cli.FROG).text()).contains("95.2 %");
        assertThat(Cli.run("archs").text()).contains("25028904");
        assertThat(
                Cli.run("classify", Cli.FROG, "--crop-mode", "border", "--format", "TABLE").exit())
            .isEqualTo(ExitCode.USAGE);
        assertThat(Cli.run("classify", Cli.FROG, "--interpolation", "bilinear").exit()).isZero();
      }
    } finally {
      Locale.setDefault(before);
    }
  }
}
