// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The images without an answer by reason, with the first few of each. */
final class FailureSamples {
  /** How many images of a reason are kept. */
  static final int SAMPLES = 10;

  private final Map<String, Reason> reasons = new TreeMap<>();
  private long count;

  /** A reason with how many images have it and the first of them. */
  static final class Reason {
    private final String name;
    private final List<Sample> samples = new ArrayList<>();
    private long count;

    private Reason(String name) {
      this.name = name;
    }

    String name() {
      return name;
    }

    long count() {
      return count;
    }

    List<Sample> samples() {
      return samples;
    }
  }

  /** An image and why it has no answer. */
  record Sample(String name, String message) {}

  void add(String name, String reason, String message) {
    count++;
    Reason counted = reasons.computeIfAbsent(VisibleText.bounded(reason), Reason::new);
    counted.count++;
    if (counted.samples.size() < SAMPLES) {
      counted.samples.add(new Sample(VisibleText.bounded(name), VisibleText.bounded(message)));
    }
  }

  /** Images of all reasons. */
  long count() {
    return count;
  }

  /** The reasons, the most frequent first. */
  List<Reason> reasons() {
    return reasons.values().stream()
        .sorted(Comparator.comparingLong((Reason reason) -> -reason.count))
        .toList();
  }
}
