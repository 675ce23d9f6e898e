// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.cardinal.engine.kernels.cardinal.CardinalLibrary;
import io.cardinal.testing.HalfACore;
import io.cardinal.testing.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * F9: a process that was given one core, or half of one, runs on one thread, whatever the machine
 * has. {@code CoresTest} has made-up machines.
 */
@Row("F9")
@DisplayName("F9: threads seen are those allowed")
class FewCoresTest {
  private static final Path TASKSET = Path.of("/usr/bin/taskset");

  @ParameterizedTest
  @CsvSource({
    "onednn, affinity",
    "cardinal, affinity",
    "onednn, ActiveProcessorCount",
    "cardinal, ActiveProcessorCount"
  })
  void shouldRunOnTheOneCoreGiven(String kernels, String by) {
    ChildJvm child = new ChildJvm();
    if (by.equals("affinity")) {
      assumeTrue(Files.isExecutable(TASKSET), "no taskset here");
      child.by(TASKSET.toString(), "-c", "0");
    } else {
      child.option("-XX:ActiveProcessorCount=1");
    }
    check(kernels, by, child);
  }

  @ParameterizedTest
  @ValueSource(strings = {"onednn", "cardinal"})
  void shouldRunOnOneThreadUnderAQuotaOfHalfACore(String kernels) throws IOException {
    try (HalfACore half = half()) {
      check(kernels, "quota", new ChildJvm().by(half.prefix().toArray(String[]::new)));
    }
  }

  private static HalfACore half() {
    try {
      return HalfACore.open();
    } catch (IOException e) {
      return abort("no control group can be made here: " + e);
    }
  }

  private static void check(String kernels, String by, ChildJvm child) {
    assumeTrue(!kernels.equals("cardinal") || CardinalLibrary.isBuiltIn());
    ChildJvm.Result result = child.run(FewCoresProbe.class, kernels);
    assertThat(result.exit()).as(result.errors()).isZero();
    assertThat(result.lines()).containsExactly("1", "1", "1", "0");
  }
}
