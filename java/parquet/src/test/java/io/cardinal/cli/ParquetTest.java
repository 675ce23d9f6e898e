// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cardinal.Classifier;
import io.cardinal.Options;
import io.cardinal.cli.output.ParquetFormat;
import io.cardinal.cli.output.Vectors;
import io.cardinal.testing.Golden;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.parquet.example.data.Group;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the command writes as Parquet, read back by Parquet's own reader. */
class ParquetTest {
  private static final Path PHOTOS = Golden.root().resolve("examples/photos");
  private static final Path FROG = PHOTOS.resolve("frog.jpg");
  private static final Path MODEL =
      Golden.root().resolve("models/resnext29_8x4d-cifar10.safetensors");

  @TempDir private Path folder;

  private final ByteArrayOutputStream standardOutput = new ByteArrayOutputStream();

  @Test
  void shouldWriteTheRowsThatJsonLinesHave() throws IOException {
    for (String number : List.of("probability", "logit")) {
      Path out = folder.resolve(number + ".parquet");
      Path json = folder.resolve(number + ".jsonl");
      assertThat(rows(number, "parquet", out)).isEqualTo(ExitCode.SOME_FAILED);
      assertThat(rows(number, "jsonl", json)).isEqualTo(ExitCode.SOME_FAILED);
      List<String> lines = Files.readAllLines(json);
      List<Group> rows = ParquetReading.read(out);
      assertThat(rows).hasSize(lines.size()).hasSize(13);
      for (int i = 0; i < rows.size(); i++) {
        assertSame(rows.get(i), new ObjectMapper().readTree(lines.get(i)), number);
      }
    }
  }

  private int rows(String number, String format, Path out) {
    List<Object> words = new ArrayList<>(List.of("classify", PHOTOS, "absent,\"\u00e9.jpg"));
    words.addAll(List.of("--topk", 3, "--format", format, "--out", out));
    if (number.equals("logit")) {
      words.add("--logits");
    }
    return run(words.toArray());
  }

  private static void assertSame(Group row, JsonNode expected, String number) {
    for (String column : List.of("path", "status", "error", "message")) {
      String text = expected.get(column).asText();
      assertThat(ParquetReading.text(row, column)).as(column).isEqualTo(text);
      assertThat(ParquetReading.isNull(row, column)).as(column).isEqualTo(text.isEmpty());
    }
    JsonNode predictions = expected.get("predictions");
    for (int rank = 1; rank <= 3; rank++) {
      String prefix = "rank" + rank + "_";
      if (predictions.isEmpty()) {
        for (String column : List.of("label", "index", number)) {
          assertThat(ParquetReading.isNull(row, prefix + column)).as(prefix + column).isTrue();
        }
      } else {
        JsonNode prediction = predictions.get(rank - 1);
        assertThat(row.getString(prefix + "label", 0)).isEqualTo(prediction.get("label").asText());
        assertThat(row.getInteger(prefix + "index", 0)).isEqualTo(prediction.get("index").asInt());
        assertThat(row.getFloat(prefix + number, 0))
            .isEqualTo(Float.parseFloat(prediction.get(number).asText()));
      }
    }
    assertThat(row.getType().getFieldCount()).isEqualTo(4 + 3 * 3);
  }

  @Test
  void shouldWriteVectors() throws IOException {
    Path vectors = folder.resolve("vectors.parquet");
    Object[] words = {"classify", FROG, "absent.jpg", "--format", "csv", "--features", vectors};
    assertThat(run(words)).isEqualTo(ExitCode.SOME_FAILED);
    List<Group> records = ParquetReading.read(vectors);
    assertThat(records)
        .extracting(record -> ParquetReading.text(record, "path"))
        .containsExactly(FROG.toString(), "absent.jpg");
    try (Classifier classifier = Classifier.open(MODEL, Options.throughput())) {
      assertThat(ParquetReading.floats(records.get(0), "features"))
          .isEqualTo(classifier.features(FROG));
    }
    assertThat(ParquetReading.isNull(records.get(1), "features")).isTrue();
  }

  @Test
  void shouldGoOnByteForByte() throws IOException {
    Path unbroken = folder.resolve("unbroken");
    Path broken = folder.resolve("broken");
    assertThat(shards(unbroken)).isEqualTo(ExitCode.SOME_FAILED);
    assertThat(shards(broken)).isEqualTo(ExitCode.SOME_FAILED);
    Map<String, String> expected = parts(unbroken);
    assertThat(expected.keySet())
        .containsExactly(
            "part-00000.features.parquet",
            "part-00000.parquet",
            "part-00001.features.parquet",
            "part-00001.parquet",
            "part-00002.features.parquet",
            "part-00002.parquet");
    // as a kill leaves it that comes between the names of a shard's vectors and of its rows
    for (String name : List.of("finished.json", "part-00001.parquet", "part-00002.parquet")) {
      Files.delete(broken.resolve(name));
    }
    Files.delete(broken.resolve("part-00002.features.parquet"));
    Path left = Files.writeString(broken.resolve(".cardinal-run-0123.tmp"), "PAR1");
    assertThat(shards(broken)).isEqualTo(ExitCode.SOME_FAILED);
    assertThat(parts(broken)).isEqualTo(expected);
    assertThat(left).doesNotExist();
    List<String> names = new ArrayList<>();
    for (int shard = 0; shard < 3; shard++) {
      List<Group> rows = ParquetReading.read(broken.resolve("part-0000" + shard + ".parquet"));
      assertThat(rows).hasSize(shard < 2 ? 5 : 3);
      rows.forEach(row -> names.add(ParquetReading.text(row, "path")));
      Path vectors = broken.resolve("part-0000" + shard + ".features.parquet");
      assertThat(ParquetReading.read(vectors)).hasSize(rows.size());
    }
    assertThat(names).hasSize(13).isSorted().doesNotHaveDuplicates();
  }

  private int shards(Path out) {
    return run(
        "classify",
        PHOTOS,
        "~absent.jpg",
        "--format",
        "parquet",
        "--out",
        out,
        "--shard-size",
        5,
        "--features",
        "parquet",
        "--resume");
  }

  /** The bytes of rows and vectors, as text, by name. */
  private static Map<String, String> parts(Path run) throws IOException {
    Map<String, String> parts = new TreeMap<>();
    try (Stream<Path> files = Files.list(run)) {
      for (Path file : files.filter(each -> each.toString().endsWith(".parquet")).toList()) {
        parts.put(file.getFileName().toString(), Files.readString(file, ISO_8859_1));
      }
    }
    return parts;
  }

  @Test
  void shouldGoToStandardOutputAsToAFile() throws IOException {
    Path file = folder.resolve("rows.parquet");
    assertThat(run("classify", FROG, "--format", "parquet", "--out", file)).isZero();
    assertThat(standardOutput.size()).isZero();
    assertThat(run("classify", FROG, "--format", "parquet")).isZero();
    assertThat(standardOutput.toByteArray()).isEqualTo(Files.readAllBytes(file));
  }

  @Test
  void shouldLeaveWholeRowsOnStandardOutputWhereTheRunEndsEarly() throws IOException {
    Object[] words = {"classify", FROG, "absent.jpg", "--on-error", "fail", "--format", "parquet"};
    assertThat(run(words)).isEqualTo(ExitCode.SOME_FAILED);
    Path file = Files.write(folder.resolve("rows.parquet"), standardOutput.toByteArray());
    assertThat(ParquetReading.read(file)).hasSize(1);
  }

  @Test
  void shouldHoldOneGroupOfRowsInMemory() throws IOException {
    int vectors = 3_000;
    float[] vector = new float[2_048];
    Path file = folder.resolve("many.parquet");
    try (var out = Files.newOutputStream(file)) {
      Vectors writer = ParquetFormat.find().vectors(out);
      for (int i = 0; i < vectors; i++) {
        Arrays.fill(vector, i + 0.5f);
        writer.row("image " + i, vector);
      }
      long bytes = (long) vectors * vector.length * Float.BYTES;
      assertThat(bytes - Files.size(file)).as("not written yet").isBetween(1L, 17L << 20);
      writer.finish();
    }
    List<Long> groups = ParquetReading.groups(file);
    assertThat(groups).hasSizeGreaterThan(1);
    assertThat(groups.stream().mapToLong(Long::longValue).sum()).isEqualTo(vectors);
  }

  private int run(Object... words) {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console console = new Console(standardOutput, new PrintStream(err, true, UTF_8));
    int exit = Main.run(console, Arrays.stream(words).map(String::valueOf).toArray(String[]::new));
    assertThat(err.toString(UTF_8)).doesNotContain("bug", "SLF4J");
    return exit;
  }
}
