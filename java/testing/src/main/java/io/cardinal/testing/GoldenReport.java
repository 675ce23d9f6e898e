// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.testing;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What became of each golden entry of one suite, written as {@code target/golden/SUITE.json} in the
 * module under test: one object of key to outcome.
 *
 * <p>Outcomes: {@code passed} (the answer matches), {@code refused} (the index says so and ours
 * refused), {@code later: WHY} (the index has an answer, ours refuses by name, or the data is
 * absent), {@code failed: WHY}.
 */
public final class GoldenReport {
  private final String suite;
  private final Map<String, String> outcomes = new TreeMap<>();

  /**
   * Starts a report.
   *
   * @param suite {@code checkpoints}, {@code preprocess}, {@code formula} or {@code ops}
   */
  public GoldenReport(String suite) {
    this.suite = suite;
  }

  public void passed(String key) {
    put(key, "passed");
  }

  public void refused(String key) {
    put(key, "refused");
  }

  public void later(String key, String why) {
    put(key, "later: " + why);
  }

  public void failed(String key, String why) {
    put(key, "failed: " + why);
  }

  /** All outcomes so far, by key. */
  public Map<String, String> outcomes() {
    return Collections.unmodifiableMap(outcomes);
  }

  /** The keys so far, for the comparison with the index. */
  public Set<String> keys() {
    return Collections.unmodifiableSet(outcomes.keySet());
  }

  /** Writes the report into the working folder's {@code target/golden}. */
  public void write() {
    Path file = Path.of("target", "golden", suite + ".json");
    try {
      Files.createDirectories(file.getParent());
      new ObjectMapper()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .writeValue(file.toFile(), outcomes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void put(String key, String outcome) {
    if (outcomes.put(key, outcome) != null) {
      throw new IllegalStateException("two outcomes for " + key);
    }
  }
}
