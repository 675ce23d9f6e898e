// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.cardinal.testing.Scale;
import io.cardinal.testing.Tally;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders, archives and lists through the whole command. */
class ClassifyInputsTest {
  @TempDir private Path folder;

  private static List<List<String>> expected = List.of();

  @BeforeAll
  static void classifyTheFolder() {
    expected = rows(Cli.PHOTOS);
    assertThat(expected).hasSize(12);
  }

  @Test
  void shouldGiveTheSameAnswersFromEveryKindOfInput() throws Exception {
    Path tar = tar("photos.tar", "-cf");
    Path gzip = tar("photos.tgz", "-czf");
    Path zip = folder.resolve("photos.zip");
    List<String> csv = new ArrayList<>(List.of("id,image"));
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
      for (List<String> row : expected) {
        out.putNextEntry(new ZipEntry(inside(row)));
        Files.copy(Cli.PHOTOS.resolve(inside(row)), out);
        csv.add("7," + inside(row));
      }
    }
    Path manifest = Files.write(folder.resolve("manifest.csv"), csv);
    assertSame(rows(tar), tar + "!");
    assertSame(rows(gzip), gzip + "!");
    assertSame(rows(zip), zip + "!");
    assertSame(rows(Cli.PHOTOS + "/**/*.jpg"), Cli.PHOTOS + "/");
    assertSame(rows("--column", "image", "--base-dir", Cli.PHOTOS, manifest), "");
    assertThat(rows(tar, "--workers", 2, "--batch", 3)).isEqualTo(rows(tar));
    assertThat(Cli.run("classify", tar).notes())
        .singleElement()
        .asString()
        .startsWith("12 images, 0 failed, ")
        .endsWith("(2 other files passed over)");
  }

  @Test
  void shouldGoOnAfterABrokenArchive() throws Exception {
    Path tar = tar("photos.tar", "-cf");
    byte[] whole = Files.readAllBytes(tar);
    Files.write(tar, java.util.Arrays.copyOf(whole, whole.length / 2));
    Cli.Result result = Cli.run("classify", "--format", "csv", tar, Cli.FROG);
    assertThat(result.exit()).isEqualTo(ExitCode.SOME_FAILED);
    List<List<String>> rows = result.csv();
    assertThat(rows).hasSizeBetween(4, 13);
    assertThat(rows.get(rows.size() - 2)).startsWith(tar.toString(), "failed", "TRUNCATED");
    assertThat(rows.get(rows.size() - 1)).startsWith(Cli.FROG.toString(), "ok");
  }

  @Test
  void shouldSizeTheTableByTheFirstNamesAndCountVectorsAtTheEnd() throws Exception {
    Path tar = tar("photos.tar", "-cf");
    Path vectors = folder.resolve("vectors.npy");
    Cli.Result table = Cli.run("classify", tar, "--features", vectors);
    int longest =
        expected.stream().mapToInt(row -> (tar + "!" + inside(row)).length()).max().orElse(0);
    assertThat(table.lines()).hasSize(13);
    assertThat(table.lines().get(0).indexOf("rank 1")).isEqualTo(Math.min(longest, 60) + 2);
    assertThat(NpyFile.read(vectors).shape().get(0)).isEqualTo(12);
  }

  @Test
  void shouldHaveNothingToDoWithoutImagesInArchives() throws Exception {
    Path empty = Files.createDirectory(folder.resolve("empty"));
    Files.writeString(empty.resolve("notes.txt"), "x");
    Path tar = folder.resolve("none.tar");
    run("tar", "-cf", tar.toString(), "-C", empty.toString(), ".");
    for (Object argument : List.of(tar, empty)) {
      Cli.Result result = Cli.run("classify", argument);
      assertThat(result.exit()).isEqualTo(ExitCode.USAGE);
      assertThat(result.notes())
          .singleElement()
          .asString()
          .contains("no image found", "(1 other file passed over)");
    }
    assertThat(Cli.run("classify", "--column", "x", Cli.FROG).exit()).isEqualTo(ExitCode.USAGE);
  }

  /**
   * Row L4, as far as it is about inputs: a list whose names alone are larger than the heap, with a
   * picture now and then.
   */
  @Test
  @DisplayName("L4: more names than the heap holds")
  void shouldRunOverMoreNamesThanTheHeapHolds() throws Exception {
    int heap = Scale.of(24, 40, 40); // MiB
    int count = Scale.of(10_000, 60_000, 1_500_000);
    String absent = "absent/".repeat(Scale.of(550, 150, 150));
    Path list = folder.resolve("list");
    try (var out = Files.newBufferedWriter(list)) {
      for (int i = 0; i < count; i++) {
        out.write(i % 1_000 == 0 ? Cli.FROG.toString() : absent + i);
        out.write('\n');
      }
    }
    assertThat(Files.size(list)).isGreaterThan((heap << 20) * 3L / 2);
    Path rows = folder.resolve("rows.csv");
    ChildCli child = new ChildCli(folder).option("-Xmx" + heap + "m");
    Cli.Result result =
        child.run("classify", "--format", "csv", "--topk", 1, "--out", rows, "@" + list);
    assertThat(result.exit()).as(result.err()).isEqualTo(ExitCode.SOME_FAILED);
    long[] failed = {0};
    long lines;
    try (Stream<String> all = Files.lines(rows, UTF_8)) {
      lines = all.peek(line -> failed[0] += line.contains(",failed,NOT_FOUND,") ? 1 : 0).count();
    }
    assertThat(lines).isEqualTo(1 + count);
    assertThat(failed[0]).isEqualTo(count - count / 1_000);
    Tally tally = new Tally("L4 inputs");
    tally.pass(count);
    tally.print();
  }

  private void assertSame(List<List<String>> rows, String prefix) {
    assertThat(rows.stream().map(row -> row.get(0)))
        .containsExactlyInAnyOrderElementsOf(
            expected.stream().map(row -> prefix + inside(row)).toList());
    assertThat(rows.stream().map(row -> row.subList(1, row.size())))
        .containsExactlyInAnyOrderElementsOf(
            expected.stream().map(row -> row.subList(1, row.size())).toList());
  }

  private static String inside(List<String> row) {
    return row.get(0).substring(row.get(0).lastIndexOf('/') + 1);
  }

  private static List<List<String>> rows(Object... words) {
    List<Object> all = new ArrayList<>(List.of("classify", "--format", "csv"));
    all.addAll(List.of(words));
    Cli.Result result = Cli.run(all.toArray());
    assertThat(result.exit()).as(result.err()).isZero();
    return result.csv().subList(1, result.csv().size());
  }

  /** A tar of the photographs, without the folder. */
  private Path tar(String name, String option) throws Exception {
    Path tar = folder.resolve(name);
    List<String> command = new ArrayList<>(List.of("tar", option, tar.toString()));
    command.addAll(List.of("-C", Cli.PHOTOS.toString()));
    try (Stream<Path> files = Files.list(Cli.PHOTOS)) {
      files.map(file -> file.getFileName().toString()).sorted().forEach(command::add);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    run(command.toArray(String[]::new));
    return tar;
  }

  private static void run(String... command) throws Exception {
    assertThat(new ProcessBuilder(command).start().waitFor()).isZero();
  }
}
