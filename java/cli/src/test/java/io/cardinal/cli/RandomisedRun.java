// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * A run over some images, all about it chosen by a seed, compared with a plain one.
 *
 * <p>Files get their names from a tar that is unpacked, since the tests' own process may have a
 * locale that cannot express them.
 */
final class RandomisedRun {
  private static final int IMAGES = 12;
  private static final List<String> LOCALES =
      List.of("tr-TR", "az-AZ", "ar-EG", "fa-IR", "hi-IN", "th-TH", "ja-JP", "lt-LT", "de-CH");
  private static final List<String> ZONES =
      List.of("UTC", "Asia/Kathmandu", "America/St_Johns", "Pacific/Apia", "Europe/Dublin");
  private static final List<String> CHARSETS =
      List.of("UTF-8", "ISO-8859-9", "US-ASCII", "windows-1256", "Shift_JIS");
  private static final List<String> COLLECTORS = List.of("Serial", "Parallel", "G1");
  private static final List<String> ASCII =
      List.of(
          "a", "I", "Q", " ", ",", "\"", "'", "%", "\\", ";", "=", "$x", "*", "[", "]", "{", "}",
          "#", "~", "&amp;", "-", "@", "!", "?", ":", "|", "<b>", "%d", "%n", "\t");
  private static final List<String> ALL =
      List.of(
          "ı",
          "İ",
          "é",
          "e\u0301",
          "ß",
          "語",
          "ي",
          "٣",
          "😀",
          "\u2028",
          "\u200f",
          "\ufeff",
          "\n",
          "\r",
          "\u0085",
          "\u001b[1m");
  private static final List<String> ENDINGS =
      List.of(".jpg", ".JPG", ".TIF", ".Gif", ".JFIF", ".WEBP", ".tIFf");

  private final SplittableRandom random;
  private final boolean isAscii;
  private final boolean isLined;
  private final String format;

  /** All names, in order. */
  private final Map<String, byte[]> images = new LinkedHashMap<>();

  RandomisedRun(long seed) {
    this.random = new SplittableRandom(seed);
    this.isAscii = random.nextInt(4) == 0;
    this.isLined = random.nextInt(3) == 0;
    this.format = one(List.of("csv", "jsonl"));
  }

  /** Runs it in a folder of its own, which is empty. */
  void check(Path own) throws Exception {
    String subfolder = "d" + piece() + piece();
    for (int i = 0; i < IMAGES; i++) {
      images.put(subfolder + "/" + name(i), content());
    }
    List<Object> words = new ArrayList<>(List.of("classify", "--format", format));
    words.addAll(inputs(own));
    words.addAll(List.of("--topk", 1 + random.nextInt(12)));
    if (random.nextBoolean()) {
      words.add("--logits");
    }
    Cli.Result expected = new ChildCli(own).run(words.toArray());
    assertThat(expected.exit())
        .as("%s: %s\n%s", words, expected.err(), expected.text())
        .isBetween(0, 1);
    assertThat(format.equals("csv") ? expected.csv().size() - 1 : expected.lines().size())
        .as("rows of %s", words)
        .isEqualTo(IMAGES);
    ChildCli child = child(own);
    List<Object> more = new ArrayList<>(words);
    more.addAll(pace());
    boolean hasReport = random.nextInt(3) == 0;
    if (hasReport) {
      more.addAll(List.of("--report", "report.html"));
    }
    boolean isSharded = random.nextBoolean();
    if (isSharded) {
      more.addAll(List.of("--out", "run", "--shard-size", 1 + random.nextInt(IMAGES + 2)));
    }
    String what = child.command(more.toArray()).toString();
    Cli.Result result = child.run(more.toArray());
    assertThat(result.exit())
        .as("%s: %s\n%s", what, result.err(), result.text())
        .isEqualTo(expected.exit());
    assertThat(isSharded ? shards(own.resolve("run")) : result.text())
        .as(what)
        .isEqualTo(expected.text());
    if (hasReport) {
      assertThat(Files.readString(own.resolve("report.html")))
          .as(what)
          .containsPattern("(\\d of )?12 images classified");
    }
  }

  /** The arguments that stand for the images, in one of the ways that there are. */
  private List<Object> inputs(Path own) throws Exception {
    Path tar = own.resolve("images.tar");
    writeTar(tar);
    Process unpacked =
        new ProcessBuilder("tar", "-xf", tar.toString(), "-C", own.toString()).inheritIO().start();
    assertThat(unpacked.waitFor()).isZero();
    switch (random.nextInt(5)) {
      case 0 -> {
        return List.of("images.tar");
      }
      case 1 -> {
        return List.of(".");
      }
      case 2 -> {
        Files.writeString(own.resolve("names.jsonl"), manifest());
        return List.of("names.jsonl", "--column", "the name");
      }
      default -> {
        String end = isLined ? "\n" : "\0";
        Files.writeString(own.resolve("names"), String.join(end, images.keySet()) + end);
        return isLined ? List.of("@names") : List.of("-0", "@names");
      }
    }
  }

  private void writeTar(Path file) throws IOException {
    try (OutputStream out = Files.newOutputStream(file);
        TarArchiveOutputStream tar = new TarArchiveOutputStream(out, "UTF-8")) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      tar.setAddPaxHeadersForNonAsciiNames(true);
      for (Map.Entry<String, byte[]> image : images.entrySet()) {
        TarArchiveEntry entry = new TarArchiveEntry(image.getKey(), true);
        entry.setSize(image.getValue().length);
        tar.putArchiveEntry(entry);
        tar.write(image.getValue());
        tar.closeArchiveEntry();
      }
    }
  }

  private String manifest() {
    StringBuilder lines = new StringBuilder();
    for (String name : images.keySet()) {
      lines.append("{\"the name\":\"");
      name.chars().forEach(c -> lines.append(String.format(Locale.ROOT, "\\u%04x", c)));
      lines.append("\"}\n");
    }
    return lines.toString();
  }

  /** A process in surroundings that change no row. */
  private ChildCli child(Path own) {
    String[] locale = one(LOCALES).split("-");
    ChildCli child =
        new ChildCli(own)
            .option("-Duser.language=" + locale[0])
            .option("-Duser.country=" + locale[1])
            .option("-Duser.timezone=" + one(ZONES))
            .option("-Dfile.encoding=" + one(CHARSETS))
            .option("-Xmx" + (96 + random.nextInt(400)) + "m")
            .option("-XX:-UseSerialGC")
            .option("-XX:+Use" + one(COLLECTORS) + "GC")
            .option("-XX:ActiveProcessorCount=" + (1 + random.nextInt(4)));
    return isAscii ? child.variable("LC_ALL", "C") : child;
  }

  /** Options that change no row. */
  private List<Object> pace() {
    List<Object> words = new ArrayList<>();
    words.addAll(List.of("--batch", 1 + random.nextInt(20)));
    words.addAll(List.of("--workers", 1 + random.nextInt(4)));
    words.addAll(List.of("--threads", 1 + random.nextInt(2)));
    if (random.nextBoolean()) {
      words.addAll(List.of("--max-decode-bytes", 1 + random.nextInt(2_000_000)));
    }
    words.addAll(List.of("--progress", one(List.of("auto", "bar", "plain", "none"))));
    return words;
  }

  /** The rows of all shards as those of one file. */
  private String shards(Path run) throws IOException {
    List<Path> parts;
    try (Stream<Path> files = Files.list(run)) {
      parts = files.filter(file -> file.toString().endsWith("." + format)).sorted().toList();
    }
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (Path part : parts) {
      byte[] rows = Files.readAllBytes(part);
      boolean hasHeader = format.equals("csv") && all.size() > 0;
      int start = hasHeader ? new String(rows, UTF_8).indexOf('\n') + 1 : 0;
      all.write(rows, start, rows.length - start);
    }
    return all.toString(UTF_8);
  }

  private byte[] content() throws IOException {
    byte[] photograph = Files.readAllBytes(Cli.FROG);
    return switch (random.nextInt(6)) {
      case 0 -> new byte[0];
      case 1 -> Arrays.copyOf(photograph, 1_000);
      default -> photograph;
    };
  }

  private String name(int index) {
    String name = "n" + index;
    for (int i = random.nextInt(6); i >= 0; i--) {
      name += piece();
    }
    return name + one(ENDINGS);
  }

  private String piece() {
    String piece = one(isAscii || random.nextInt(2) == 0 ? ASCII : ALL);
    return isLined && piece.equals("\n") ? "x" : piece;
  }

  private <T> T one(List<T> all) {
    return all.get(random.nextInt(all.size()));
  }
}
