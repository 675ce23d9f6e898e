// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.cardinal.Classification;
import io.cardinal.Classifier;
import io.cardinal.Options;
import io.cardinal.Prediction;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows and columns. */
class ClassifyCommandTest {
  private static final int PHOTOGRAPHS = 12;

  @TempDir private Path folder;

  @Test
  void shouldPrintATableOfTheExamples() {
    Cli.Result result = Cli.run("classify", Cli.PHOTOS);
    assertThat(result.exit()).isZero();
    List<String> lines = result.lines();
    assertThat(lines).hasSize(1 + PHOTOGRAPHS);
    assertThat(lines.get(0)).matches("image +rank 1 +rank 2 +rank 3 +rank 4 +rank 5");
    assertThat(lines.get(5)).matches(".*/frog\\.jpg +frog +95\\.2 % +bird +1\\.4 % .*");
    int column = lines.get(0).indexOf("rank 2");
    assertThat(lines.subList(1, 13)).allMatch(line -> line.charAt(column - 1) == ' ');
    assertThat(result.notes())
        .singleElement()
        .asString()
        .matches(
            "12 images, 0 failed, [0-9.]+ images/s, (read|decode|compute|write)-bound"
                + " \\(\\d+ decoders? busy \\d+ %, \\d+ workers? \\d+ %\\);"
                + " reading \\d+, decoding \\d+, resizing \\d+, inference \\d+, writing \\d+"
                + " % of the work \\(2 other files passed over\\)");
  }

  @Test
  void shouldPrintTheColumnsOfTheContract() {
    List<List<String>> csv = Cli.run("classify", Cli.PHOTOS, "--format", "csv").csv();
    List<String> header = new ArrayList<>(List.of("path", "status", "error", "message"));
    for (int rank = 1; rank <= 5; rank++) {
      header.addAll(
          List.of(
              "rank" + rank + "_label", "rank" + rank + "_index", "rank" + rank + "_probability"));
    }
    assertThat(csv.get(0)).isEqualTo(header);
    assertThat(csv).hasSize(1 + PHOTOGRAPHS);
    try (Classifier classifier = Classifier.open(Cli.MODEL, Options.throughput())) {
      for (List<String> row : csv.subList(1, csv.size())) {
        Classification answer = classifier.classify(Path.of(row.get(0)));
        List<String> expected = new ArrayList<>(List.of(row.get(0), "ok", "", ""));
        for (Prediction each : answer.top(5)) {
          expected.add(each.label());
          expected.add(Integer.toString(each.index()));
          expected.add(Numbers.shortest(each.probability()));
        }
        assertThat(row).isEqualTo(expected);
      }
    }
  }

  @Test
  void shouldPrintLogitsInPlaceOfProbabilities() {
    Cli.Result result = Cli.run("classify", Cli.FROG, "--format", "csv", "--logits", "--topk", "1");
    assertThat(result.csv().get(0))
        .containsExactly(
            "path", "status", "error", "message", "rank1_label", "rank1_index", "rank1_logit");
    try (Classifier classifier = Classifier.open(Cli.MODEL)) {
      assertThat(result.csv().get(1).get(6))
          .isEqualTo(Numbers.shortest(classifier.classify(Cli.FROG).best().logit()));
    }
    assertThat(Cli.run("classify", Cli.FROG, "--logits").text())
        .containsPattern("frog +-?\\d+\\.\\d{3}")
        .doesNotContain("%");
  }

  @Test
  void shouldHaveNoMoreRanksThanThereAreClasses() {
    Cli.Result result =
        Cli.run("classify", Cli.FROG, "no.jpg", "--format", "csv", "--topk", "1000");
    assertThat(result.csv().get(0)).hasSize(4 + 3 * 10).endsWith("rank10_probability");
    assertThat(result.csv()).allMatch(row -> row.size() == 34);
    assertThat(Cli.run("classify", Cli.FROG, "--topk", "12").lines().get(0))
        .contains("rank 10")
        .doesNotContain("rank 11");
  }

  @Test
  void shouldWriteCsvWithLineFeedsAndUtf8() throws IOException {
    Path file = copy("grüße-東京.jpg");
    Cli.Result result = Cli.run("classify", file, "--format", "csv");
    assertThat(result.text()).doesNotContain("\r").endsWith("\n");
    assertThat(new String(result.out(), UTF_8)).contains("grüße-東京.jpg,ok,,,frog,6,0.95");
  }

  @Test
  void shouldQuoteNamesAsRfc4180Says() throws IOException {
    List<Path> files =
        List.of(copy("a,b.jpg"), copy("say \"x\".jpg"), copy("two\nlines.jpg"), copy("cr\rx.jpg"));
    Cli.Result result = Cli.run("classify", folder, "--format", "csv", "--topk", "1");
    assertThat(result.exit()).isZero();
    assertThat(result.text())
        .contains("\"" + folder + "/a,b.jpg\",ok")
        .contains("\"" + folder + "/say \"\"x\"\".jpg\",ok")
        .contains("\"" + folder + "/two\nlines.jpg\",ok");
    assertThat(result.csv().stream().skip(1).map(row -> row.get(0)))
        .containsExactlyInAnyOrderElementsOf(files.stream().map(Path::toString).toList());
  }

  @Test
  void shouldEscapeControlCharactersInTheTable() throws IOException {
    copy("red\u001b[31m.jpg");
    copy("two\nlines.jpg");
    Path bad = Files.write(folder.resolve("bell\u0007\t.jpg"), new byte[0]);
    Cli.Result table = Cli.run("classify", folder);
    assertThat(table.lines()).hasSize(4);
    assertThat(table.text())
        .contains("red\\x1b[31m.jpg", "two\\nlines.jpg", "bell\\x07\\t.jpg")
        .contains("failed: EMPTY: ")
        .doesNotContain("\u001b", "\u0007", "\t");
    Cli.Result csv = Cli.run("classify", bad, "--format", "csv");
    assertThat(csv.csv().get(1).get(0)).isEqualTo(bad.toString());
    Cli.Result error = Cli.run("classify", Cli.FROG, "--model", "no\u001b[31m");
    assertThat(error.err()).contains("no\\x1b[31m").doesNotContain("\u001b");
  }

  @Test
  void shouldGiveEveryInputOneRowInItsOrder() throws IOException {
    List<Path> photographs = new ArrayList<>();
    for (int i = 0; i < PHOTOGRAPHS; i++) {
      photographs.add(Files.copy(photograph(i), folder.resolve("photograph" + i)));
    }
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      String name = String.format("%03d.jpg", (i * 377) % 500);
      Path file = folder.resolve(name);
      if (i % 7 == 3) {
        Files.write(file, new byte[0]);
      } else {
        Files.createLink(file, photographs.get(i % PHOTOGRAPHS));
      }
      names.add(file.toString());
      if (i % 10 == 9) {
        names.add(folder.resolve("absent" + i).toString());
      }
    }
    Path list = Files.write(folder.resolve("list.txt"), names);
    for (String workers : List.of("1", "2")) {
      Cli.Result result =
          Cli.run("classify", "@" + list, "--format", "csv", "--topk", "1", "--workers", workers);
      assertThat(result.exit()).isEqualTo(ExitCode.SOME_FAILED);
      List<List<String>> rows = result.csv().subList(1, result.csv().size());
      assertThat(rows.stream().map(row -> row.get(0))).containsExactlyElementsOf(names);
      assertThat(rows.stream().filter(row -> row.get(2).equals("EMPTY"))).hasSize(71);
      assertThat(rows.stream().filter(row -> row.get(2).equals("NOT_FOUND"))).hasSize(50);
      String summary = result.notes().get(result.notes().size() - 1); // progress, if it took long
      assertThat(summary).startsWith("550 images, 121 failed, ");
    }
  }

  @Test
  void shouldPutTheSameRowsIntoAFile() throws IOException {
    Path out = folder.resolve("rows.csv");
    for (String format : List.of("csv", "table")) {
      Cli.Result shown = Cli.run("classify", Cli.PHOTOS, "--format", format);
      Cli.Result written = Cli.run("classify", Cli.PHOTOS, "--format", format, "--out", out);
      assertThat(written.exit()).isZero();
      assertThat(written.out()).isEmpty();
      assertThat(Files.readString(out)).isEqualTo(shown.text());
      assertThat(written.notes()).hasSize(1);
    }
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(out);
    }
  }

  @Test
  void shouldUseAnyKernelsAndWorkersForTheSameClasses() {
    List<String> classes = classes();
    assertThat(classes("--workers", "2", "--batch", "3")).isEqualTo(classes);
    assertThat(classes("--kernels", "reference")).isEqualTo(classes);
    assertThat(classes("--precision", "f32", "--threads", "1")).isEqualTo(classes);
  }

  @Test
  void shouldGiveTheSameRowsWhenThreadsShareAnImage() {
    for (String kernels : List.of("onednn", "auto")) {
      byte[] alone = Cli.run(options(kernels, 1)).out();
      assertThat(new String(alone, StandardCharsets.UTF_8)).contains("ok");
      assertThat(Cli.run(options(kernels, 2)).out()).isEqualTo(alone);
    }
  }

  private static Object[] options(String kernels, int threads) {
    return new Object[] {
      "classify",
      Cli.PHOTOS,
      "--format",
      "jsonl",
      "--logits",
      "--kernels",
      kernels,
      "--threads",
      threads,
      "--workers",
      1
    };
  }

  private static List<String> classes(Object... options) {
    List<Object> words = new ArrayList<>(List.of("classify", Cli.PHOTOS, "--format", "csv"));
    words.addAll(List.of(options));
    return Cli.run(words.toArray()).csv().stream().map(row -> row.get(4)).toList();
  }

  private Path copy(String name) throws IOException {
    return Files.copy(Cli.FROG, folder.resolve(name));
  }

  private static Path photograph(int index) throws IOException {
    try (Stream<Path> files = Files.list(Cli.PHOTOS)) {
      return files.filter(f -> f.toString().endsWith(".jpg")).sorted().toList().get(index);
    }
  }
}
