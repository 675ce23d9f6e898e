// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.weights;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The golden entries that are refused by name for now: a committed list that only ever shrinks. */
final class GoldenLater {
  private static final String RESOURCE = "/golden-later.txt";

  private GoldenLater() {}

  static Set<String> keys(String suite) {
    try (InputStream resource = GoldenLater.class.getResourceAsStream(RESOURCE)) {
      assertThat(resource).isNotNull();
      return new BufferedReader(new InputStreamReader(resource, StandardCharsets.UTF_8))
          .lines()
          .filter(line -> line.startsWith(suite + " "))
          .map(line -> line.substring(suite.length() + 1))
          .collect(Collectors.toCollection(TreeSet::new));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Holds the outcomes against the list: none failed, and just the listed ones are later. */
  static void check(String suite, Map<String, String> outcomes) {
    assertThat(outcomes.entrySet()).noneMatch(entry -> entry.getValue().startsWith("failed"));
    Set<String> later = new TreeSet<>();
    Set<String> absent = new TreeSet<>();
    outcomes.forEach(
        (key, outcome) -> {
          if (outcome.startsWith("later: data absent")) {
            absent.add(key);
          } else if (outcome.startsWith("later")) {
            later.add(key);
          }
        });
    Set<String> expected = keys(suite);
    expected.removeAll(absent);
    assertThat(later).isEqualTo(expected);
  }
}
