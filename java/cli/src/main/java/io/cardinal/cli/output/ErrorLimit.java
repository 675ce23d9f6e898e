// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli.output;

import io.cardinal.cli.Failures;
import io.cardinal.cli.InputException;
import io.cardinal.cli.Numbers;
import io.cardinal.cli.UsageException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How many failed inputs end a run: the first one, more than a number, or more than a percentage.
 * Immutable.
 *
 * @param isFirst whether the first one does
 * @param text what the user said, or empty for no limit
 * @param count most failures, or -1 for any number
 * @param percent most failures of 100 inputs, or -1 for any number
 */
record ErrorLimit(boolean isFirst, String text, long count, double percent) {
  /** Before so many rows, a percentage says nothing. */
  static final long LEAST_ROWS = 100;

  private static final Pattern LIMIT = Pattern.compile("(\\d{1,18})|(\\d{1,3}(?:\\.\\d{1,6})?)%");

  /** Reads what --on-error and --max-errors say. */
  static ErrorLimit of(String onError, @Nullable String maxErrors) {
    if (!onError.equals("row") && !onError.equals("fail")) {
      throw new UsageException("--on-error takes row or fail, not " + onError);
    }
    boolean isFirst = onError.equals("fail");
    if (maxErrors == null) {
      return new ErrorLimit(isFirst, "", -1, -1);
    }
    Matcher matcher = LIMIT.matcher(maxErrors);
    if (!matcher.matches()) {
      throw new UsageException(
          "--max-errors takes a number, such as 50, or a percentage, such as 2.5%, not "
              + maxErrors);
    }
    boolean isCount = matcher.group(1) != null;
    double percent = isCount ? -1 : Double.parseDouble(matcher.group(2));
    if (percent > 100) {
      throw new UsageException("--max-errors takes at most 100%, not " + maxErrors);
    }
    return new ErrorLimit(
        isFirst, maxErrors, isCount ? Long.parseLong(matcher.group(1)) : -1, percent);
  }

  /** Ends the run at a failure that gets no row. */
  void refuse(String name, RuntimeException failure) {
    if (isFirst) {
      throw new InputException(
          "stopped by --on-error fail: " + Failures.line(name, failure), failure);
    }
  }

  /** Ends the run where too many have failed, the last one included, which has its row. */
  void check(long rows, long failures, String name, RuntimeException last) {
    boolean isOver =
        (count >= 0 && failures > count)
            || (percent >= 0 && rows >= LEAST_ROWS && failures * 100.0 > percent * rows);
    if (isOver) {
      throw new InputException(
          "stopped, as "
              + failures
              + " of "
              + rows
              + " inputs failed ("
              + Numbers.oneDecimal(100.0 * failures / rows)
              + " %), more than --max-errors "
              + text
              + "; the last one: "
              + Failures.line(name, last),
          last);
    }
  }
}
