// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import io.cardinal.cli.output.FaultyFiles.Crash;
import io.cardinal.cli.output.FaultyFiles.Fault;
import io.cardinal.testing.Scale;
import io.cardinal.testing.Tally;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * F4: the process ends between any two calls of a run over 20 inputs, and power is lost: what was
 * not forced to disk is there, or not, or in part. What is there is whole, nothing that the run had
 * gone on after is lost, and the run taken up again ends as an unbroken one.
 */
@DisplayName("F4: un-synced writes dropped or reordered")
class LostPowerTest {
  private static final int VARIANTS = Scale.of(2, 400);

  private final Map<Path, String> unbroken = Replay.unbroken();
  private final Tally tally = new Tally("F4");

  @Test
  void shouldLoseNothingThatWasAcknowledgedAtAnyCut() {
    Random random = new Random(Scale.seed(LostPowerTest.class));
    boolean hasEnded = false;
    for (int cut = 1; !hasEnded; cut++) {
      for (int variant = 0; variant < VARIANTS; variant++) {
        MemoryFiles files = new MemoryFiles();
        List<Integer> acknowledged = new ArrayList<>();
        hasEnded = !crashes(files, acknowledged, cut);
        checkAndResume(files, acknowledged, cut, random);
        tally.pass();
      }
    }
    assertThat(tally.passed()).isGreaterThan(100L * VARIANTS);
    tally.print();
  }

  /** Loses power again and again, soon after each start, until the run is finished. */
  @Test
  void shouldGetToTheEndHoweverOftenPowerIsLost() {
    Random random = new Random(Scale.seed(LostPowerTest.class));
    for (int repeat = 0; repeat < VARIANTS; repeat++) {
      MemoryFiles files = new MemoryFiles();
      List<Integer> acknowledged = new ArrayList<>();
      while (crashes(files, acknowledged, 10 + random.nextInt(60))) {
        files = files.afterLossOfPower(random);
        assertWhole(files, acknowledged, "repeat " + repeat);
      }
      assertThat(Replay.comparable(files.contents())).isEqualTo(unbroken);
    }
  }

  private void checkAndResume(
      MemoryFiles files, List<Integer> acknowledged, int cut, Random random) {
    MemoryFiles left = files.afterLossOfPower(random);
    assertWhole(left, acknowledged, "cut " + cut);
    Replay.run(Replay.shards(left, Replay.FOLDER, true), new ArrayList<>());
    assertThat(Replay.comparable(left.contents())).as("cut %d", cut).isEqualTo(unbroken);
    for (int shard : acknowledged) {
      assertThat(left.renamed()).as("not written again").doesNotContain(rows(shard));
    }
    assertThat(left.contents().keySet())
        .as("no hidden file is left")
        .noneMatch(path -> path.toString().endsWith(".tmp"));
  }

  private void assertWhole(MemoryFiles left, List<Integer> acknowledged, String when) {
    Map<Path, String> there = Replay.comparable(left.contents());
    assertThat(unbroken).as(when).containsAllEntriesOf(there);
    for (int shard : acknowledged) {
      assertThat(there).as(when).containsKey(rows(shard));
    }
  }

  /** Runs until that call; tells whether it came. */
  private static boolean crashes(MemoryFiles files, List<Integer> acknowledged, int cut) {
    FaultyFiles faulty = new FaultyFiles(files, Fault.CRASH, cut);
    try {
      Replay.run(Replay.shards(faulty, Replay.FOLDER, true), acknowledged);
      return false;
    } catch (Crash e) {
      return true;
    }
  }

  private static Path rows(int shard) {
    return Replay.FOLDER.resolve(RunFolder.part(shard, "csv"));
  }
}
