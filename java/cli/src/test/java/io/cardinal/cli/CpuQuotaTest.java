// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import io.cardinal.testing.HalfACore;
import io.cardinal.testing.Tally;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** F9: under a quota of half a core, the command line uses one decoder and one worker. */
@DisplayName("F9: threads of the command line under a CPU quota")
class CpuQuotaTest {
  @TempDir private Path folder;

  @Test
  void shouldUseOneThreadOfEachSortUnderAQuotaOfHalfACore() throws Exception {
    try (HalfACore half = half()) {
      ChildCli child = new ChildCli(folder);
      List<String> command = new ArrayList<>(half.prefix());
      command.addAll(child.command("classify", "--format", "csv", Cli.PHOTOS));
      Cli.Result result = child.await(child.start(command));
      assertThat(result.exit()).as(result.err()).isZero();
      assertThat(result.csv()).hasSize(1 + 12);
      assertThat(result.notes()).last().asString().contains("(1 decoder busy ", ", 1 worker ");
    }
    Tally tally = new Tally("F9 (quota)");
    tally.pass();
    tally.print();
  }

  private static HalfACore half() {
    try {
      return HalfACore.open();
    } catch (IOException e) {
      return abort("no control group can be made here: " + e);
    }
  }
}
