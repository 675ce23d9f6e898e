// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Failed inputs apart from the others, and how many of them end a run. */
class QuarantineTest {
  @TempDir private Path folder;

  @Test
  void shouldListWhatFailed() throws IOException {
    Path bad = Files.writeString(folder.resolve("bad,\n1.jpg"), "x");
    Path list = folder.resolve("list.csv");
    Cli.Result result = classify(Cli.FROG, bad, "no.jpg", "--quarantine", list);
    assertThat(result.exit()).isEqualTo(ExitCode.SOME_FAILED);
    List<List<String>> records = Cli.records(Files.readString(list));
    assertThat(records).hasSize(3);
    assertThat(records.get(0)).containsExactly("path", "error", "message", "copy");
    assertThat(records.get(1)).startsWith(bad.toString(), "NOT_AN_IMAGE").endsWith("");
    assertThat(records.get(2)).containsExactly("no.jpg", "NOT_FOUND", "no.jpg: no such file", "");
    assertThat(classify(Cli.FROG, "--quarantine", list).exit()).isZero();
    assertThat(Cli.records(Files.readString(list))).as("of the last run").hasSize(1);
  }

  @Test
  void shouldCopyWhatCouldBeReadUnderNamesThatLeadNowhere() throws IOException {
    Path copies = folder.resolve("deep/copies");
    Path first = file("a/$(rm -rf) é.jpg", "first");
    Path second = file("b/$(rm -rf) é.jpg", "second");
    Path hidden = file("b/.hidden", "third");
    Path longest = file("b/" + "x".repeat(240) + ".jpeg", "fourth");
    Cli.Result result = classify(first, second, hidden, longest, Cli.FROG, "--quarantine", copies);
    assertThat(result.exit()).as(result.err()).isEqualTo(ExitCode.SOME_FAILED);
    List<String> names = names(copies);
    assertThat(names)
        .containsExactly(
            "000000000-__rm_-rf___.jpg",
            "000000001-__rm_-rf___.jpg",
            "000000002-.hidden",
            "000000003-" + "x".repeat(95) + ".jpeg",
            "quarantine.csv");
    assertThat(Files.readString(copies.resolve(names.get(0)))).isEqualTo("first");
    assertThat(Files.readString(copies.resolve(names.get(3)))).isEqualTo("fourth");
    List<List<String>> records = Cli.records(Files.readString(copies.resolve("quarantine.csv")));
    assertThat(records.stream().skip(1).map(record -> record.get(3)))
        .containsExactly(names.get(0), names.get(1), names.get(2), names.get(3));
    Cli.Result again = classify(first, "--quarantine", copies);
    assertThat(again.exit()).isEqualTo(ExitCode.USAGE);
    assertThat(again.err()).contains("--quarantine takes an empty folder", names.get(0));
  }

  @Test
  void shouldCopyWhatIsLargerThanTheHeapButNothingThatWasNeverRead() throws Exception {
    long size = 100L << 20;
    try (RandomAccessFile large =
        new RandomAccessFile(folder.resolve("large.jpg").toFile(), "rw")) {
      large.setLength(size);
    }
    try (OutputStream out = Files.newOutputStream(folder.resolve("large.tar"));
        TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
      TarArchiveEntry entry = new TarArchiveEntry("member.jpg");
      entry.setSize(20 << 20); // more than is read in such a heap
      tar.putArchiveEntry(entry);
      tar.write(new byte[20 << 20]);
      tar.closeArchiveEntry();
    }
    Cli.Result result =
        new ChildCli(folder)
            .option("-Xmx64m")
            .run("classify", "--quarantine", "copies", "large.jpg", "large.tar", Cli.FROG);
    assertThat(result.exit()).as(result.err()).isEqualTo(ExitCode.SOME_FAILED);
    Path copies = folder.resolve("copies");
    assertThat(names(copies)).containsExactly("000000000-large.jpg", "quarantine.csv");
    assertThat(copies.resolve("000000000-large.jpg")).hasSize(size);
    List<List<String>> records = Cli.records(Files.readString(copies.resolve("quarantine.csv")));
    assertThat(records.get(1)).startsWith("large.jpg").endsWith("000000000-large.jpg");
    assertThat(records.get(2)).startsWith("large.tar!member.jpg", "TOO_MANY_BYTES").endsWith("");
  }

  @Test
  void shouldKeepTheListWhenTooManyHaveFailed() throws IOException {
    Path list = folder.resolve("list.csv");
    Path rows = folder.resolve("rows.csv");
    Cli.Result result =
        classify("a", "b", "c", "d", "--max-errors", 2, "--quarantine", list, "--out", rows);
    assertThat(result.exit()).isEqualTo(ExitCode.SOME_FAILED);
    assertThat(result.err()).contains("stopped, as 3 of 3 inputs failed", "--max-errors 2; the");
    assertThat(Cli.records(Files.readString(list))).hasSize(4);
    assertThat(rows).doesNotExist();
    Cli.Result shown = classify("a", "b", "c", "d", "--max-errors", 2);
    assertThat(shown.csv()).as("rows shown so far").hasSize(4);
  }

  @Test
  void shouldLookAtAPercentageFromAHundredRowsOn() throws IOException {
    List<String> names = new ArrayList<>(Collections.nCopies(150, "absent.jpg"));
    Path list = Files.write(folder.resolve("list.txt"), names);
    Cli.Result result = classify("@" + list, "--max-errors", "99.5%");
    assertThat(result.exit()).isEqualTo(ExitCode.SOME_FAILED);
    assertThat(result.csv()).hasSize(101);
    assertThat(result.err()).contains("stopped, as 100 of 100 inputs failed (100.0 %)");
    assertThat(classify("@" + list, "--max-errors", "100%").csv()).hasSize(151);
    Path few = Files.write(folder.resolve("few.txt"), names.subList(0, 99));
    assertThat(classify("@" + few, "--max-errors", "0%").csv()).hasSize(100);
  }

  private Path file(String name, String content) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, content);
  }

  private static Cli.Result classify(Object... more) {
    List<Object> words = new ArrayList<>(List.of("classify", "--format", "csv", "--topk", 1));
    words.addAll(List.of(more));
    return Cli.run(words.toArray());
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
