// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.cardinal.cli.output.FaultyFiles;
import io.cardinal.cli.output.FaultyFiles.Fault;
import io.cardinal.engine.safetensors.FileLayer;
import io.cardinal.testing.Golden;
import io.cardinal.testing.Tally;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * F2 on whole commands and real files: an import and a run, each with every call on its result
 * files failing in turn. Runs in shards are {@code FaultTest}'s.
 */
@DisplayName("F2: I/O call N of a command fails")
class FaultyRunTest {
  private static final Tally TALLY = new Tally("F2");

  @TempDir private Path folder;

  @AfterAll
  static void print() {
    TALLY.print();
  }

  @Test
  void shouldLeaveTheOldModelOrTheNewOne() throws Exception {
    Path out = folder.resolve("model.safetensors");
    Object checkpoint = Golden.path("checkpoints/torch-zip.pth");
    failEachCall(out, "weights", "import", checkpoint, "-o", out);
  }

  @Test
  void shouldLeaveTheOldRowsOrTheNewOnes() throws Exception {
    Path out = folder.resolve("rows.csv");
    failEachCall(out, "classify", "--format", "csv", Cli.FROG, "--out", out);
  }

  private void failEachCall(Path out, Object... words) throws Exception {
    Cli.Result good = Cli.run(words);
    assertThat(good.exit()).as(good.err()).isZero();
    byte[] whole = Files.readAllBytes(out);
    for (Fault fault : List.of(Fault.ERROR, Fault.HALF)) {
      boolean hasCome = true;
      for (int failing = 1; hasCome; failing++) {
        Files.writeString(out, "old");
        FaultyFiles faulty = new FaultyFiles(FileLayer.REAL, fault, failing);
        Cli.Result result = run(faulty, words);
        hasCome = faulty.hasCome();
        String when = fault + " at " + failing + ": " + result.err();
        assertThat(result.exit()).as(when).isEqualTo(hasCome ? ExitCode.OUTPUT : ExitCode.OK);
        byte[] left = Files.readAllBytes(out);
        boolean isOld = Arrays.equals(left, "old".getBytes(UTF_8));
        assertThat(isOld || Arrays.equals(left, whole)).as(when).isTrue();
        if (hasCome) {
          assertThat(result.err()).contains("cardinal: cannot write " + out + ": ");
        } else {
          assertThat(left).isEqualTo(whole);
        }
        try (Stream<Path> files = Files.list(folder)) {
          assertThat(files).as(when).containsExactly(out);
        }
        TALLY.pass();
      }
    }
  }

  private static Cli.Result run(FileLayer files, Object... words) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console console = new Console(out, new PrintStream(err, true, UTF_8), files);
    int exit = Main.run(console, Arrays.stream(words).map(String::valueOf).toArray(String[]::new));
    return new Cli.Result(exit, out.toByteArray(), err.toString(UTF_8));
  }
}
