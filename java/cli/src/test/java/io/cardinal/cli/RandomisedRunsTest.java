// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.cardinal.testing.Scale;
import io.cardinal.testing.Tally;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * R1: the same bytes, whatever the locale, zone, charset, heap, collector, cores, batch, workers,
 * threads, memory to decode in and size of shards; paths have characters of all sorts.
 *
 * <p>Each run has a seed of its own, the next number after that of the run before. So a run that
 * fails is the first one, and the only one that matters, of {@code -Dcardinal.seed=} with its seed.
 */
@DisplayName("R1: randomised running")
class RandomisedRunsTest {
  private static final int RUNS = Scale.of(2, 3, 200);
  private static final int AT_ONCE = 2;

  @TempDir private Path folder;

  @Test
  void shouldGiveTheSameBytesWhateverIsAroundIt() throws Exception {
    long first = Scale.seed(RandomisedRunsTest.class);
    ExecutorService pool = Executors.newFixedThreadPool(AT_ONCE);
    Tally tally = new Tally("R1");
    List<String> failures = new ArrayList<>();
    try {
      List<Future<?>> runs = new ArrayList<>();
      for (int i = 0; i < RUNS; i++) {
        RandomisedRun run = new RandomisedRun(first + i);
        Path own = Files.createDirectory(folder.resolve("run" + i));
        runs.add(
            pool.submit(
                () -> {
                  run.check(own);
                  return null;
                }));
      }
      for (int i = 0; i < RUNS; i++) {
        try {
          runs.get(i).get();
          tally.pass();
        } catch (ExecutionException e) {
          tally.fail();
          failures.add(
              "repeat with mvn verify -pl java/cli -am -Dtest=RandomisedRunsTest"
                  + " -Dsurefire.failIfNoSpecifiedTests=false -Dcardinal.seed="
                  + (first + i)
                  + ": "
                  + e.getCause());
        }
      }
    } finally {
      pool.shutdownNow();
    }
    tally.print();
    assertThat(failures).isEmpty();
  }
}
