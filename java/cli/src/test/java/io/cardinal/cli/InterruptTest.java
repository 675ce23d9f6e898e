// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Signals end a run soon, and leave the output as it was. */
class InterruptTest {
  private static final long SECONDS = 5;
  private static final int SIGINT = 2;

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "TERM, 143, start, 150",
    "TERM, 143, start, 400",
    "TERM, 143, run, 0",
    "TERM, 143, run, 350",
    "INT, 130, start, 300",
    "INT, 130, run, 100",
    "HUP, 129, run, 50"
  })
  void shouldEndSoonAndLeaveTheTargetUntouched(
      String signal, int exit, String from, int milliseconds) throws Exception {
    assumeTrue(!isIgnored(signal), "started with the signal ignored, as in the background");
    Path work = Files.createDirectory(folder.resolve("work"));
    Path outputs = Files.createDirectory(folder.resolve("outputs"));
    Path cache = folder.resolve("cache");
    Path target = Files.writeString(outputs.resolve("rows.csv"), "old");
    Path list = folder.resolve("list.txt");
    Files.write(list, Collections.nCopies(300_000, Cli.FROG.toString()));
    ChildCli child = new ChildCli(work);
    Process process =
        child.start(child.command("classify", "@" + list, "--format", "csv", "--out", target));
    long start = System.nanoTime();
    while (from.equals("run") && names(outputs) < 2) {
      assertThat(process.isAlive()).isTrue();
      assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(60));
      Thread.sleep(5);
    }
    Thread.sleep(milliseconds);
    new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start().waitFor();
    boolean hasEnded = process.waitFor(SECONDS, TimeUnit.SECONDS);
    Cli.Result result = child.await(hasEnded ? process : process.destroyForcibly());
    assertThat(hasEnded).as("within %d seconds", SECONDS).isTrue();
    assertThat(result.exit()).as(result.err()).isEqualTo(exit);
    assertThat(Files.readString(target)).isEqualTo("old");
    assertThat(names(outputs)).as("no temporary file").isEqualTo(1);
    assertThat(result.err()).doesNotContain("Exception", "bug");
    assertThat(names(work)).as("its two outputs, no hs_err file").isEqualTo(2);
    assertThat(cache).doesNotExist();
  }

  private static long names(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.count();
    }
  }

  /** A signal that is ignored when a JVM starts stays so. */
  private static boolean isIgnored(String signal) throws IOException {
    int number = signal.equals("INT") ? SIGINT : signal.equals("HUP") ? 1 : 15;
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
      return lines
          .filter(line -> line.startsWith("SigIgn:"))
          .map(line -> Long.parseUnsignedLong(line.substring(7).strip(), 16))
          .anyMatch(mask -> (mask >> (number - 1) & 1) != 0);
    }
  }
}
