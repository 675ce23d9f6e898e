// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.cardinal.engine.safetensors.FileLayer;
import io.cardinal.testing.ReadOnlyFolder;
import io.cardinal.testing.Row;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** F11: what becomes of a run when its outputs or inputs are taken from it. */
@Row("F11")
@DisplayName("F11: outputs and inputs in trouble")
class OutputTroubleTest {
  @TempDir private Path folder;

  private Path run;
  private Path pictures;

  /** Twelve copies of one photograph. */
  @BeforeEach
  void copyInputs() throws IOException {
    run = folder.resolve("run");
    pictures = Files.createDirectory(folder.resolve("pictures"));
    for (int i = 0; i < 12; i++) {
      Files.copy(Cli.FROG, picture(i));
    }
  }

  @Test
  @DisplayName("1: the folder is read-only")
  void shouldSayThatAFolderIsReadOnly() throws Exception {
    Files.createDirectory(run);
    boolean wasRun =
        ReadOnlyFolder.during(run, () -> assertNotWritten(classify(FileLayer.REAL), run));
    assumeTrue(wasRun, "this machine lets nobody close a folder");
    assertThat(names(run)).isEmpty();
  }

  @Test
  @DisplayName("2: the disk gets full while shards are written: finished ones stay, room helps")
  void shouldKeepFinishedShardsOnAFullDisk() throws Exception {
    Files.createDirectory(run);
    assumeTrue(succeeds("mount", "-t", "tmpfs", "-o", "size=40k", "tmpfs", run.toString()));
    try {
      Cli.Result result = classify(FileLayer.REAL, "--features", "npy");
      assertNotWritten(result, run);
      assertThat(result.err()).contains("No space left on device");
      int finished = shards();
      assertThat(finished).isBetween(1, 3);
      succeeds("mount", "-o", "remount,size=1m", run.toString());
      Cli.Result resumed = classify(FileLayer.REAL, "--features", "npy", "--resume");
      assertThat(resumed.exit()).as(resumed.err()).isZero();
      assertThat(resumed.notes().get(0)).contains("with shard " + finished + ", after ");
      assertThat(shards()).isEqualTo(4);
    } finally {
      succeeds("umount", run.toString());
    }
  }

  @Test
  @DisplayName("3: the folder is removed while shards are written")
  void shouldSayThatTheFolderIsGone() throws IOException {
    Cli.Result result = classify(after("part-00001.csv", () -> remove(run)));
    assertNotWritten(result, run);
    assertThat(run).doesNotExist();
    assertThat(classify(FileLayer.REAL, "--resume").exit()).isZero();
    assertThat(shards()).isEqualTo(4);
  }

  @Test
  @DisplayName("4: the folder is a link to one, on another day to another one")
  void shouldWriteWhereALinkLeads() throws IOException {
    Path real = Files.createDirectory(folder.resolve("real"));
    Files.createSymbolicLink(run, real);
    assertThat(classify(FileLayer.REAL).exit()).isZero();
    assertThat(Files.isSymbolicLink(run)).isTrue();
    assertThat(real.resolve("part-00003.csv")).exists();
    Files.delete(run);
    Files.createSymbolicLink(run, folder.resolve("nowhere"));
    assertNotWritten(classify(FileLayer.REAL), run);
  }

  @Test
  @DisplayName("5: the folder is a file")
  void shouldNotTakeAFileForAFolder() throws IOException {
    Files.writeString(run, "mine");
    assertNotWritten(classify(FileLayer.REAL), run);
    assertThat(Files.readString(run)).isEqualTo("mine");
  }

  @Test
  @DisplayName("6: a folder takes a shard's name while it is written")
  void shouldNotReplaceAFolderByAShard() throws IOException {
    Path taken = run.resolve("part-00002.csv");
    Cli.Result result = classify(after("part-00000.csv", () -> Files.createDirectory(taken)));
    assertNotWritten(result, run);
    assertThat(names(run)).contains("part-00000.csv", "part-00001.csv");
    Files.delete(taken);
    assertThat(classify(FileLayer.REAL, "--resume").exit()).isZero();
    assertThat(shards()).isEqualTo(4);
  }

  @Test
  @DisplayName("7: the rows' file is a link that leads nowhere, or a device")
  void shouldReplaceALinkThatLeadsNowhere() throws IOException {
    Path link = folder.resolve("rows.csv");
    Files.createSymbolicLink(link, folder.resolve("nowhere"));
    assertThat(Cli.run("classify", picture(0), "--format", "csv", "--out", link).exit()).isZero();
    assertThat(Files.isRegularFile(link)).isTrue();
    assertNotWritten(Cli.run("classify", picture(0), "--out", "/dev/full"), Path.of("/dev/full"));
  }

  @Test
  @DisplayName("8: standard output is closed while rows are written: quiet, shards or not")
  void shouldEndQuietlyWhenStandardOutputIsClosed() throws Exception {
    ChildCli child = new ChildCli(folder);
    Cli.Result closed =
        child.runIn("{ \"$@\"; echo $? >code; } | true", "classify", pictures, "--format", "csv");
    assertThat(Files.readString(folder.resolve("code")).strip()).isEqualTo("141");
    assertThat(closed.err()).isEmpty();
    Cli.Result apart = child.runIn("\"$@\" >&-", words());
    assertThat(apart.exit()).as(apart.err()).isZero();
    assertThat(shards()).isEqualTo(4);
  }

  @Test
  @DisplayName("9: inputs vanish while the run is on: rows say so, the run goes on")
  void shouldGoOnWithoutInputsThatVanish() throws IOException {
    Cli.Result result = classify(after("part-00000.csv", () -> Files.delete(picture(11))));
    assertThat(result.exit()).isEqualTo(ExitCode.SOME_FAILED);
    assertThat(Cli.records(Files.readString(run.resolve("part-00003.csv"))).get(3))
        .startsWith(picture(11).toString(), "failed", "NOT_FOUND");
    assertThat(result.notes()).last().asString().startsWith("12 images, 1 failed, ");
  }

  @Test
  @DisplayName("10: an input becomes a FIFO, which would block, while the run is on")
  void shouldGoOnWhenAnInputBecomesAFifo() throws IOException {
    Cli.Result result =
        classify(
            after(
                "part-00000.csv",
                () -> {
                  Files.delete(picture(11));
                  assertThat(succeeds("mkfifo", picture(11).toString())).isTrue();
                }));
    assertThat(result.exit()).isEqualTo(ExitCode.SOME_FAILED);
    assertThat(Files.readString(run.resolve("part-00003.csv"))).contains("NOT_A_FILE");
  }

  @Test
  @DisplayName("11: failed images cannot be set apart: what is finished stays")
  void shouldSayThatTheQuarantineCannotBeWritten() throws IOException {
    Files.writeString(picture(7), "no picture");
    Path file = Files.writeString(folder.resolve("file"), "mine");
    Path below = file.resolve("bad");
    Cli.Result result = classify(FileLayer.REAL, "--quarantine", below);
    assertNotWritten(result, file);
    Path bad = folder.resolve("bad");
    result =
        classify(
            after("part-00000.csv", () -> Files.writeString(bad, "a file")),
            "--resume",
            "--quarantine",
            bad);
    assertNotWritten(result, bad);
    assertThat(shards()).isEqualTo(2);
  }

  @Test
  @DisplayName("12: what says which run it is goes away while the run is on")
  void shouldNotGoOnWithoutTheRunsIdentity() throws IOException {
    Cli.Result result =
        classify(
            after("part-00001.csv", () -> Files.delete(run.resolve("run.json"))),
            "--max-errors",
            0);
    assertThat(result.exit()).as(result.err()).isZero();
    Files.delete(run.resolve("finished.json"));
    Cli.Result resumed = classify(FileLayer.REAL, "--resume");
    assertThat(resumed.exit()).isEqualTo(ExitCode.USAGE);
    assertThat(resumed.err()).contains("has shards, but no run.json");
    assertThat(shards()).isEqualTo(4);
  }

  private static void assertNotWritten(Cli.Result result, Path named) {
    assertThat(result.exit()).as(result.err()).isEqualTo(ExitCode.OUTPUT);
    assertThat(result.notes())
        .filteredOn(line -> line.startsWith("cardinal: "))
        .singleElement()
        .asString()
        .startsWith("cardinal: cannot write " + named)
        .doesNotContain("Exception", ".tmp");
  }

  private Object[] words(Object... more) {
    List<Object> words = new ArrayList<>(List.of("classify", pictures, "--format", "csv"));
    words.addAll(List.of("--out", run, "--shard-size", 3, "--batch", 1, "--workers", 1));
    words.addAll(List.of(more));
    return words.toArray();
  }

  private Cli.Result classify(FileLayer files, Object... more) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console console = new Console(out, new PrintStream(err, true, UTF_8), files);
    String[] words = Arrays.stream(words(more)).map(String::valueOf).toArray(String[]::new);
    return new Cli.Result(Main.run(console, words), out.toByteArray(), err.toString(UTF_8));
  }

  private interface Action {
    void run() throws Exception;
  }

  /** Files with which something is done when one of them has got its name. */
  private static FileLayer after(String name, Action action) {
    return (FileLayer)
        Proxy.newProxyInstance(
            FileLayer.class.getClassLoader(),
            new Class<?>[] {FileLayer.class},
            (proxy, method, arguments) -> {
              try {
                Object result = method.invoke(FileLayer.REAL, arguments);
                if (method.getName().equals("rename") && ((Path) arguments[1]).endsWith(name)) {
                  action.run();
                }
                return result;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private Path picture(int number) {
    return pictures.resolve(String.format("picture%02d.jpg", number));
  }

  private int shards() throws IOException {
    return (int) names(run).stream().filter(name -> name.endsWith(".csv")).count();
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private static void remove(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private static boolean succeeds(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor() == 0;
  }
}
