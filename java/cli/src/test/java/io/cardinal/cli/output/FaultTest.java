// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import io.cardinal.cli.output.FaultyFiles.Fault;
import io.cardinal.engine.safetensors.FileLayer;
import io.cardinal.testing.Tally;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * F2: each call on files fails in turn, in each way there is. A file under its final name is the
 * old one or the new one, whole; the failure is one of the output; the same run afterwards
 * succeeds.
 */
@DisplayName("F2: I/O call N fails")
class FaultTest {
  private static final Tally TALLY = new Tally("F2");
  private static final Path ROWS = Path.of("/absent/rows.csv");
  private static final Path VECTORS = Path.of("/absent/vectors.npy");

  @AfterAll
  static void print() {
    TALLY.print();
  }

  @ParameterizedTest
  @EnumSource(names = "CRASH", mode = EnumSource.Mode.EXCLUDE)
  void shouldLeaveWholeShardsOnly(Fault fault) {
    Map<Path, String> unbroken = Replay.unbroken();
    boolean hasCome = true;
    for (int failing = 1; hasCome; failing++) {
      MemoryFiles files = new MemoryFiles();
      FaultyFiles faulty = new FaultyFiles(files, fault, failing);
      List<Integer> acknowledged = new ArrayList<>();
      boolean hasFailed = fails(Replay.shards(faulty, Replay.FOLDER, false), acknowledged);
      hasCome = faulty.hasCome();
      assertThat(hasFailed).as("%s at %d", fault, failing).isEqualTo(isFault(fault) && hasCome);
      Map<Path, String> left = Replay.comparable(files.contents());
      assertThat(unbroken).as("%s at %d", fault, failing).containsAllEntriesOf(left);
      for (int shard : acknowledged) {
        assertThat(left).containsKey(Replay.FOLDER.resolve(RunFolder.part(shard, "csv")));
      }
      Replay.run(Replay.shards(files, Replay.FOLDER, true), new ArrayList<>());
      assertThat(Replay.comparable(files.contents()))
          .as("%s at %d", fault, failing)
          .isEqualTo(unbroken);
      TALLY.pass();
    }
  }

  @ParameterizedTest
  @EnumSource(names = "CRASH", mode = EnumSource.Mode.EXCLUDE)
  void shouldLeaveTheOldFilesOrTheNewOnes(Fault fault) {
    MemoryFiles good = new MemoryFiles();
    fails(whole(good), new ArrayList<>());
    Map<Path, String> whole = Replay.comparable(good.contents());
    boolean hasCome = true;
    for (int failing = 1; hasCome; failing++) {
      MemoryFiles files = new MemoryFiles();
      files.put(ROWS, "old".getBytes(StandardCharsets.UTF_8));
      FaultyFiles faulty = new FaultyFiles(files, fault, failing);
      boolean hasFailed = fails(whole(faulty), new ArrayList<>());
      hasCome = faulty.hasCome();
      assertThat(hasFailed).as("%s at %d", fault, failing).isEqualTo(isFault(fault) && hasCome);
      Map<Path, String> left = Replay.comparable(files.contents());
      assertThat(left).containsKey(ROWS);
      if (left.get(ROWS).equals("old")) {
        left.remove(ROWS);
      }
      assertThat(whole).as("%s at %d", fault, failing).containsAllEntriesOf(left);
      if (!hasFailed) {
        assertThat(left).isEqualTo(whole);
      } else if (fault != Fault.FOR_GOOD) {
        assertThat(hidden(files)).as("%s at %d", fault, failing).isLessThanOrEqualTo(1);
      }
      TALLY.pass();
    }
  }

  /** A hidden file is left where deleting it is what failed. */
  private static long hidden(MemoryFiles files) {
    return files.contents().keySet().stream().filter(p -> p.toString().endsWith(".tmp")).count();
  }

  private static boolean isFault(Fault fault) {
    return fault != Fault.SHORT;
  }

  private static RunOutput whole(FileLayer files) {
    return Replay.whole(files, ROWS, VECTORS, new Quarantine(files, Replay.QUARANTINE));
  }

  private static boolean fails(RunOutput output, List<Integer> acknowledged) {
    try {
      Replay.run(output, acknowledged);
      return false;
    } catch (OutputException e) {
      assertThat(e).hasMessageStartingWith("cannot write /absent/");
      return true;
    }
  }
}
