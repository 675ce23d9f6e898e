// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.cardinal.testing.Scale;
import io.cardinal.testing.Tally;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What SIGINT and SIGTERM do to a process, whenever they come. */
@DisplayName("F5: SIGTERM and SIGINT while loading, running and writing")
class SignalsTest {
  private static final Map<String, Integer> EXIT_CODES =
      Map.of("INT", 130, "TERM", 143, "HUP", 129);
  private static final List<String> SIGNALS = List.of("INT", "INT", "TERM", "TERM", "HUP");

  private static final int AT_ONCE = 3;

  /** Bits of a set of signals. */
  private static final long HANGUP_INTERRUPT_TERMINATE = 1 | 1 << 1 | 1 << 14;

  /**
   * What a JVM prints that a signal ended while it was setting itself up: its thread for signals
   * marks the system as going down, which the thread that starts it takes for a fault. It exits
   * with 1 or with the signal's code, whichever thread is first, and none of our code has run. Of
   * 2,000 processes of JDK 17.0.15 with an empty main, and a signal within 120 ms of their start,
   * 11 printed it, and 4 of those exited with 1.
   */
  private static final String JVM_NOT_UP = "Error occurred during initialization of VM\n";

  /** So much in a pipe that the rows of the images under way find no room. */
  private static final int FULL_PIPE = 56 << 10;

  /** Twenty times what is promised: not a measurement, a guard against hanging. */
  private static final long MOST_MILLISECONDS = 100_000;

  @TempDir private static Path folder;
  private static Path list;

  private final AtomicLong longest = new AtomicLong();

  /** What is going on when the signal comes. */
  private enum Phase {
    LOAD,
    RUN,
    WRITE
  }

  @BeforeAll
  static void writeList() throws IOException {
    list = folder.resolve("list.txt");
    Files.write(list, Collections.nCopies(50_000, Cli.FROG.toString()));
  }

  @Test
  void shouldEndInGoodOrderWheneverASignalComes() throws Exception {
    Random random = new Random(Scale.seed(SignalsTest.class));
    Tally tally = new Tally("F5");
    ExecutorService pool = Executors.newFixedThreadPool(AT_ONCE);
    try {
      List<Future<?>> trials = new ArrayList<>();
      for (int i = 0; i < Scale.of(6, 50, 1_000); i++) {
        Phase phase = Phase.values()[i % 3];
        String signal = SIGNALS.get(random.nextInt(SIGNALS.size()));
        long delay = random.nextInt(phase == Phase.LOAD ? 1_000 : 200);
        Path own = Files.createDirectory(folder.resolve("trial-" + i));
        trials.add(
            pool.submit(
                () -> {
                  if (Scale.hasTime()) {
                    trial(own, phase, signal, delay);
                    tally.pass();
                  }
                  return null;
                }));
      }
      for (Future<?> trial : trials) {
        trial.get();
      }
    } finally {
      pool.shutdownNow();
      pool.awaitTermination(2, TimeUnit.MINUTES);
    }
    assertThat(tally.passed()).isPositive();
    tally.print();
    System.out.println("F5: the longest took " + longest + " ms to end (5,000 are promised)");
  }

  private void trial(Path own, Phase phase, String signal, long delay) throws Exception {
    ChildCli child = new ChildCli(own).option("-XX:ErrorFile=" + own + "/hs_err.log");
    List<String> command =
        phase == Phase.WRITE
            ? child.command("classify", "@" + list, "--format", "csv", "--out", "answers.csv")
            : child.command("classify", "@" + list, "--format", "csv", "--report", "page.html");
    Files.writeString(own.resolve("answers.csv"), "old");
    Process process = child.start(unignored(command));
    awaitPhase(own, phase, process);
    Thread.sleep(delay);
    long start = System.nanoTime();
    kill(process, signal);
    Cli.Result result = child.await(process);
    long milliseconds = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    longest.accumulateAndGet(milliseconds, Math::max);
    String trial = phase + " SIG" + signal + "\n" + result.text() + result.err();
    if (phase == Phase.LOAD && result.text().startsWith(JVM_NOT_UP)) {
      assertThat(result.exit()).as(trial).isIn(1, EXIT_CODES.get(signal));
    } else {
      assertThat(result.exit()).as(trial).isEqualTo(EXIT_CODES.get(signal));
    }
    assertThat(milliseconds).as(trial).isLessThan(MOST_MILLISECONDS);
    List<String> files = new ArrayList<>(List.of("answers.csv", "child.err", "child.out"));
    if (phase != Phase.WRITE && result.err().contains(" after ")) { // it may have loaded before
      files.add("page.html");
      assertThat(Files.readString(own.resolve("page.html")))
          .contains(" classified, then the run was ended<", "ended by SIG" + signal);
    }
    assertThat(names(own)).as(trial).isEqualTo(files);
    assertThat(own.resolve("answers.csv")).as(trial).hasContent("old");
    if (phase != Phase.LOAD && !signal.equals("HUP")) { // which is the JVM's
      assertThat(result.err()).contains("SIG" + signal);
    }
    if (phase == Phase.RUN && result.err().contains(" after ")) {
      List<String> rows = result.lines();
      assertThat(result.text()).as(trial).endsWith("\n");
      assertThat(result.err()).contains("after " + (rows.size() - 1) + " rows");
      assertThat(rows.subList(1, rows.size()))
          .as(trial)
          .allMatch(row -> row.startsWith(Cli.FROG + ",ok,") && row.equals(rows.get(1)));
    }
    for (String name : names(own)) {
      Files.delete(own.resolve(name));
    }
    Files.delete(own);
  }

  /** Waits until something of the run is to be seen. */
  private static void awaitPhase(Path own, Phase phase, Process process) throws Exception {
    boolean isThere = phase == Phase.LOAD;
    while (!isThere && process.isAlive()) {
      Thread.sleep(5);
      for (String name : names(own)) {
        boolean isOutput = phase == Phase.RUN ? name.equals("child.out") : name.endsWith(".tmp");
        isThere |= isOutput && Files.exists(own.resolve(name)) && Files.size(own.resolve(name)) > 0;
      }
    }
  }

  private static List<String> names(Path own) throws IOException {
    try (Stream<Path> files = Files.list(own)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void shouldGiveUpWhatCannotBeFinished() throws Exception {
    Process process = startBlocked();
    kill(process, "TERM");
    assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).isEqualTo(143);
    String err = new String(process.getErrorStream().readAllBytes());
    assertThat(err).contains("finishing the images under way", "giving up images under way");
  }

  @Test
  void shouldEndAtOnceAtASecondInterrupt() throws Exception {
    Process process = startBlocked();
    kill(process, "INT");
    StringBuilder err = new StringBuilder();
    while (!err.toString().contains("finishing")) {
      err.append((char) process.getErrorStream().read());
    }
    kill(process, "INT");
    assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).isEqualTo(130);
    err.append(new String(process.getErrorStream().readAllBytes()));
    assertThat(err.toString()).doesNotContain("giving up");
  }

  /** A run that waits for a reader of its standard output. */
  private static Process startBlocked() throws Exception {
    List<String> command =
        new ChildCli(folder).command("classify", "@" + list, "--format", "jsonl", "--topk", "10");
    Process process = new ProcessBuilder(unignored(command)).directory(folder.toFile()).start();
    while (process.isAlive() && process.getInputStream().available() < FULL_PIPE) {
      Thread.sleep(5);
    }
    return process;
  }

  /** Signals that this process ignores would be ignored by its children too. */
  private static List<String> unignored(List<String> command) throws IOException {
    long ignored =
        Files.readAllLines(Path.of("/proc/self/status")).stream()
            .filter(line -> line.startsWith("SigIgn:"))
            .mapToLong(line -> Long.parseUnsignedLong(line.substring(7).strip(), 16))
            .sum();
    List<String> all = new ArrayList<>();
    if ((ignored & HANGUP_INTERRUPT_TERMINATE) != 0) {
      all.addAll(List.of("env", "--default-signal=INT,TERM,HUP"));
    }
    all.addAll(command);
    return all;
  }

  private static void kill(Process process, String signal) throws Exception {
    new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
        .inheritIO()
        .start()
        .waitFor();
  }
}
