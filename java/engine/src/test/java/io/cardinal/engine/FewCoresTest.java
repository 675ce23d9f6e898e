// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.cardinal.engine.kernels.cardinal.CardinalLibrary;
import io.cardinal.testing.Tally;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * F9: a process that was given one core runs on one thread, whatever the machine has. Quotas are
 * the JVM's to see; {@code CoresTest} has made-up machines.
 */
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
    assumeTrue(!kernels.equals("cardinal") || CardinalLibrary.isBuiltIn());
    ChildJvm child = new ChildJvm().option("-XX:TieredStopAtLevel=1");
    if (by.equals("affinity")) {
      assumeTrue(Files.isExecutable(TASKSET), "no taskset here");
      child.by(TASKSET.toString(), "-c", "0");
    } else {
      child.option("-XX:ActiveProcessorCount=1");
    }
    ChildJvm.Result result = child.run(FewCoresProbe.class, kernels);
    assertThat(result.exit()).as(result.errors()).isZero();
    assertThat(result.lines()).containsExactly("1", "1", "1", "0");
    Tally tally = new Tally("F9 (" + kernels + ", " + by + ")");
    tally.pass();
    tally.print();
  }
}
