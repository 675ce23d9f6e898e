// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli.output;

import io.cardinal.Outcome;
import io.cardinal.cli.Failures;
import java.io.IOException;
import java.io.InputStream;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Where the outcomes of a run go, in order. It ends in one of three ways: {@link #finish} after the
 * last one, {@link #stop} where the run ends early in good order, or {@link #close} alone. Used on
 * one thread; whoever opened it closes it.
 */
public abstract class RunOutput implements AutoCloseable {
  private final ErrorLimit limit;
  private final Map<String, Long> failures = new TreeMap<>();
  private long rows;

  RunOutput(ErrorLimit limit) {
    this.limit = limit;
  }

  /** What an input consists of. */
  public interface Content {
    InputStream open() throws IOException;
  }

  /**
   * Opens what is written to.
   *
   * @return a line for the user on what an earlier run has left, or nothing
   */
  public abstract Optional<String> begin();

  /** Whether an earlier run has done everything: there is nothing to do, and nothing is changed. */
  public boolean isFinished() {
    return false;
  }

  /**
   * Passes over the inputs that an earlier run has answered.
   *
   * @param names what the inputs are called, in order; the first that is needed is the next one
   *     afterwards
   */
  public void skip(Iterator<String> names) {
    // nothing to pass over
  }

  /**
   * Takes an outcome.
   *
   * @param name what the image is called
   * @param content the image, for a failed one that is to be kept
   * @throws io.cardinal.cli.InputException if the user wants the run to end here
   */
  public final void row(String name, Outcome<?> outcome, Content content) {
    outcome.failure().ifPresent(failure -> limit.refuse(name, failure));
    write(rows, name, outcome);
    rows++;
    if (outcome.failure().isPresent()) {
      RuntimeException failure = outcome.failure().get();
      failures.merge(Failures.reason(failure), 1L, Long::sum);
      quarantine(rows - 1, name, failure, content);
      limit.check(rows, failures(), name, failure);
    }
    written(name, outcome);
  }

  /** Rows of the whole run so far, those of an earlier part of it included. */
  public final long rows() {
    return rows;
  }

  /** Those of them that failed. */
  public final long failures() {
    return failures.values().stream().mapToLong(Long::longValue).sum();
  }

  /** All inputs have come: the output takes its name. */
  public abstract void finish();

  /** The run ends early, in good order: what can stand alone is kept. */
  public abstract void stop();

  /** Lets go of everything; what has not got its name is taken away. */
  @Override
  public abstract void close();

  /** The failures by reason of the whole run so far. */
  final Map<String, Long> failuresByReason() {
    return failures;
  }

  /** Adds what an earlier run has done. */
  final void addEarlier(long earlierRows, Map<String, Long> earlierFailures) {
    rows += earlierRows;
    earlierFailures.forEach((reason, count) -> failures.merge(reason, count, Long::sum));
  }

  abstract void write(long row, String name, Outcome<?> outcome);

  abstract void quarantine(long row, String name, RuntimeException failure, Content content);

  /** A row is complete, its failure counted. */
  abstract void written(String name, Outcome<?> outcome);
}
