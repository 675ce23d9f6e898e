// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cardinal.engine.ModelFile;
import io.cardinal.testing.Golden;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs whose rows go into shards, and how they are taken up again. */
class ShardsTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;

  private final List<String> inputs = new ArrayList<>();
  private Path list;
  private Path run;

  /** Eight images, two of which fail. */
  @BeforeEach
  void listInputs() throws IOException {
    Path text = Files.writeString(folder.resolve("text .jpg"), "no picture");
    inputs.addAll(List.of(Cli.FROG.toString(), text.toString(), Cli.FROG.toString()));
    inputs.addAll(List.of("absent.jpg", Cli.PHOTOS.resolve("mastiff.jpg").toString()));
    inputs.addAll(List.of(Cli.FROG.toString(), Cli.FROG.toString(), Cli.FROG.toString()));
    list = Files.write(folder.resolve("list.txt"), inputs);
    run = folder.resolve("deep/run");
  }

  @Test
  void shouldWriteTheRowsOfAnUnbrokenFileInShards() throws Exception {
    Cli.Result result = shards();
    assertThat(result.exit()).as(result.err()).isEqualTo(ExitCode.SOME_FAILED);
    assertThat(result.out()).isEmpty();
    assertThat(names(run))
        .containsExactly(
            ".cardinal-lock",
            "finished.json",
            "part-00000.csv",
            "part-00000.stats.json",
            "part-00001.csv",
            "part-00001.stats.json",
            "part-00002.csv",
            "part-00002.stats.json",
            "run.json");
    List<List<String>> whole = Cli.run(words()).csv();
    List<List<String>> joined = new ArrayList<>(whole.subList(0, 1));
    for (int shard = 0; shard < 3; shard++) {
      List<List<String>> rows = Cli.records(Files.readString(rows(shard)));
      assertThat(rows.get(0)).isEqualTo(whole.get(0));
      assertThat(rows).hasSize(shard < 2 ? 4 : 3);
      joined.addAll(rows.subList(1, rows.size()));
    }
    assertThat(joined).isEqualTo(whole);
    JsonNode statistics = JSON.readTree(run.resolve("part-00001.stats.json").toFile());
    assertThat(statistics.get("rows").asInt()).isEqualTo(3);
    assertThat(statistics.get("failures").toString()).isEqualTo("{\"NOT_FOUND\":1}");
    assertThat(statistics.get("first").asText()).isEqualTo("absent.jpg");
    assertThat(statistics.get("last").asText()).isEqualTo(Cli.FROG.toString());
    assertThat(statistics.get("names_sha256").asText()).isEqualTo(digest(inputs.subList(0, 6)));
    assertThat(statistics.get("bytes").asLong()).isEqualTo(Files.size(rows(1)));
    assertThat(statistics.get("seconds").asDouble()).isNotNegative();
    JsonNode identity = JSON.readTree(run.resolve("run.json").toFile());
    assertThat(identity.get("model_sha256").asText()).hasSize(64);
    assertThat(identity.get("--topk").asText()).isEqualTo("1");
    assertThat(identity.get("inputs").asText()).contains(list.toString());
    for (String field : List.of("version", "instruction_set", "kernel_table")) {
      assertThat(identity.get(field).asText()).as(field).isNotEmpty();
    }
    try (ModelFile model = ModelFile.open(Cli.MODEL)) {
      assertThat(identity.get("preprocessing").toString())
          .isEqualTo(model.metadata().get("cardinal.preprocessing"));
    }
  }

  @Test
  void shouldWriteJsonLinesAndVectorsLikewise() throws IOException {
    Object[] more = {"--format", "jsonl", "--features", "npy"};
    assertThat(shards(more).exit()).isEqualTo(ExitCode.SOME_FAILED);
    Path vectors = folder.resolve("vectors.npy");
    Cli.Result whole =
        Cli.run("classify", "@" + list, "--topk", 1, "--format", "jsonl", "--features", vectors);
    StringBuilder joined = new StringBuilder();
    List<Float> values = new ArrayList<>();
    for (int shard = 0; shard < 3; shard++) {
      joined.append(Files.readString(run.resolve("part-0000" + shard + ".jsonl")));
      NpyFile part = NpyFile.read(run.resolve("part-0000" + shard + ".features.npy"));
      assertThat(part.shape().get(0)).isEqualTo(shard < 2 ? 3 : 2);
      for (float value : part.values()) {
        values.add(value);
      }
    }
    assertThat(joined.toString()).isEqualTo(whole.text());
    NpyFile all = NpyFile.read(vectors);
    assertThat(all.shape().get(0)).isEqualTo(8);
    assertThat(values).hasSize(all.values().length);
    for (int i = 0; i < values.size(); i++) {
      assertThat(values.get(i)).isEqualTo(Float.valueOf(all.values()[i]));
    }
  }

  @Test
  void shouldGoOnAfterTheLastFinishedShard() throws IOException {
    shards("--quarantine", folder.resolve("bad"));
    List<byte[]> before = List.of(bytes(0), bytes(1), bytes(2));
    Files.delete(run.resolve("finished.json"));
    Files.delete(rows(1)); // a shard is finished when its rows are there
    Files.delete(rows(2));
    Files.delete(run.resolve("part-00002.stats.json"));
    Path left = Files.writeString(run.resolve(".cardinal-run-0123.tmp"), "path,sta");
    Path own = Files.writeString(run.resolve("notes.txt"), "mine");
    Files.setLastModifiedTime(rows(0), java.nio.file.attribute.FileTime.fromMillis(0));
    Cli.Result result = shards("--quarantine", folder.resolve("bad"), "--resume");
    assertThat(result.exit()).as(result.err()).isEqualTo(ExitCode.SOME_FAILED);
    assertThat(result.notes().get(0))
        .isEqualTo("going on in " + run + " with shard 1, after 3 rows, 1 failed");
    assertThat(List.of(bytes(0), bytes(1), bytes(2))).containsExactlyElementsOf(before);
    assertThat(Files.getLastModifiedTime(rows(0)).toMillis()).as("not written again").isZero();
    assertThat(left).doesNotExist();
    assertThat(own).exists();
    assertThat(JSON.readTree(run.resolve("finished.json").toFile()).get("failed").asInt())
        .isEqualTo(2);
    assertThat(names(folder.resolve("bad")))
        .containsExactly("000000001-text_.jpg", "part-00000.csv", "part-00001.csv");
  }

  @Test
  void shouldStartAfreshWhereThereIsNothing() throws IOException {
    assertThat(shards("--resume").exit()).isEqualTo(ExitCode.SOME_FAILED);
    assertThat(names(run)).hasSize(9);
    Path other = Files.createDirectory(folder.resolve("empty"));
    Cli.Result result =
        Cli.run(words("--out", other, "--shard-size", 100, "--resume", "--workers", 1));
    assertThat(result.exit()).as(result.err()).isEqualTo(ExitCode.SOME_FAILED);
    assertThat(Cli.records(Files.readString(other.resolve("part-00000.csv")))).hasSize(9);
  }

  @Test
  void shouldLeaveAFinishedRunAsItIs() throws IOException {
    shards();
    List<String> before = names(run);
    Cli.Result result = shards("--resume", "--batch", 3, "--max-errors", 1);
    assertThat(result.exit()).isZero();
    assertThat(result.notes())
        .containsExactly("the run in " + run + " is finished: it is left as it is");
    assertThat(names(run)).isEqualTo(before);
  }

  @Test
  void shouldNotMixRuns() throws IOException {
    shards();
    refused("has a run already: go on with it by --resume, or give another folder");
    refused("--topk was 1, is 2", "--resume", "--topk", 2);
    refused("--logits was not given, is true", "--resume", "--logits");
    refused("--format was csv, is jsonl", "--resume", "--format", "jsonl");
    refused(": preprocessing.resize was not given, is 40; say", "--resume", "--resize", 40);
    refused(": preprocessing.mean was [0.", "--resume", "--mean", "0.5,0.5,0.25");
    refused("inputs was [@" + list + "], is [@" + list + ", x.jpg]", "--resume", "x.jpg");
    Path model = folder.resolve("other.safetensors");
    Cli.run("weights", "import", Golden.path("checkpoints/torch-zip.pth"), "-o", model);
    refused("; model_sha256 was ", "--resume", "--model", model);
    Path labels =
        Files.write(folder.resolve("labels.txt"), List.of("a b c d e f g h i j".split(" ")));
    refused("labels_sha256 was ", "--resume", "--labels", labels);
  }

  @Test
  void shouldNameTheFirstShardWhoseInputsDiffer() throws IOException {
    shards();
    Files.delete(run.resolve("finished.json"));
    Files.delete(rows(2));
    List<String> changed = new ArrayList<>(inputs);
    changed.set(4, "other.jpg");
    Files.write(list, changed);
    refused("they differ in shard part-00001.csv, whose rows were from absent.jpg", "--resume");
    Files.write(list, inputs.subList(0, 2));
    refused("they differ in shard part-00000.csv", "--resume");
    Files.write(list, inputs.subList(0, 5));
    refused("part-00001.csv, whose rows were from absent.jpg to ", "--resume");
    assertThat(rows(2)).doesNotExist();
  }

  @Test
  void shouldRefuseShardsThatWereChangedOrTaken() throws IOException {
    shards();
    Files.delete(run.resolve("finished.json"));
    byte[] whole = bytes(0);
    Files.write(rows(0), Arrays.copyOf(whole, whole.length - 1));
    refused("has been changed since its run", "--resume");
    Files.delete(rows(0));
    refused("part-00000.csv is missing, but part-00001.csv is there", "--resume");
    Files.write(rows(0), whole);
    Files.writeString(run.resolve("part-00000.stats.json"), "{}");
    refused("part-00000.stats.json cannot be read", "--resume");
    Files.delete(run.resolve("run.json"));
    refused("no run.json", "--resume");
  }

  @Test
  void shouldLetOneRunIntoAFolder() throws IOException {
    Files.createDirectories(run);
    try (FileChannel other =
        FileChannel.open(
            run.resolve(".cardinal-lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      assertThat(other.tryLock()).isNotNull();
      Cli.Result result = shards("--resume");
      assertThat(result.exit()).isEqualTo(ExitCode.OUTPUT);
      assertThat(result.notes())
          .containsExactly(
              "cardinal: cannot write "
                  + run
                  + ": another run writes there now; wait for it, or give another folder");
    }
    assertThat(shards("--resume").exit()).isEqualTo(ExitCode.SOME_FAILED);
  }

  @Test
  void shouldKeepFinishedShardsWhenAFailureEndsTheRun() throws IOException {
    Cli.Result result = shards("--max-errors", 1);
    assertThat(result.exit()).isEqualTo(ExitCode.SOME_FAILED);
    assertThat(result.notes())
        .containsExactly(
            "cardinal: stopped, as 2 of 4 inputs failed (50.0 %), more than --max-errors 1; the"
                + " last one: absent.jpg: NOT_FOUND: absent.jpg: no such file");
    assertThat(names(run))
        .containsExactly(".cardinal-lock", "part-00000.csv", "part-00000.stats.json", "run.json");
    assertThat(shards("--on-error", "fail", "--resume").exit()).isEqualTo(ExitCode.SOME_FAILED);
    assertThat(rows(1)).doesNotExist();
    assertThat(shards("--max-errors", 2, "--resume").exit()).isEqualTo(ExitCode.SOME_FAILED);
    assertThat(rows(2)).exists();
  }

  @Test
  void shouldRefuseOptionsThatDoNotGoTogether() {
    usage("--resume needs --shard-size", "--out", run, "--resume");
    usage("--shard-size needs --out", "--shard-size", 3);
    usage("1 or more, not 0", "--out", run, "--shard-size", 0);
    usage("not table", "--out", run, "--shard-size", 3, "--format", "table");
    usage("npy or parquet beside", "--out", run, "--shard-size", 3, "--features", "x.npy");
    usage("a folder", "--out", run, "--shard-size", 3, "--quarantine", "bad.csv");
    usage("name the same place", "--out", run, "--shard-size", 3, "--quarantine", run);
    usage("csv, jsonl or parquet, not orc", "--format", "orc", "--out", "x.orc");
    usage("ends in .npy or .parquet", "--features", "npy");
    usage("ends in .npy or .parquet", "--features", "x.parquet.txt");
    for (String limit : List.of("-1", "x", "101%", "1.%", "5 %", "%")) {
      usage("--max-errors takes ", "--max-errors=" + limit);
    }
    assertThat(run).doesNotExist();
  }

  @Test
  void shouldNameTheJarThatWritesParquet() {
    String said = "cardinal: Parquet needs cardinal-parquet-development.jar on the class path: ";
    usage(said, "--format", "parquet", "--out", "x.parquet");
    usage(said, "--format", "parquet", "--out", run, "--shard-size", 3);
    usage(said, "--features", "x.parquet");
    usage(said, "--out", run, "--shard-size", 3, "--features", "parquet");
    assertThat(run).doesNotExist();
  }

  private void usage(String said, Object... more) {
    Cli.Result result = Cli.run(words(more));
    assertThat(result.exit()).as(result.err()).isEqualTo(ExitCode.USAGE);
    assertThat(result.err()).contains(said);
    assertThat(result.out()).isEmpty();
  }

  private void refused(String said, Object... more) throws IOException {
    List<String> before = names(run);
    Cli.Result result = shards(more);
    assertThat(result.exit()).as(result.err()).isEqualTo(ExitCode.USAGE);
    assertThat(result.notes()).last().asString().contains(run.toString(), said);
    assertThat(names(run)).isEqualTo(before);
  }

  private Cli.Result shards(Object... more) {
    List<Object> words = new ArrayList<>(List.of("--out", run, "--shard-size", 3));
    words.addAll(List.of(more));
    return Cli.run(words(words.toArray()));
  }

  /** The usual words, and more, which take the place of usual ones. */
  private Object[] words(Object... more) {
    List<Object> words = new ArrayList<>(List.of("classify", "@" + list, "--batch", 2));
    List<Object> given = List.of(more);
    for (List<Object> usual :
        List.of(List.<Object>of("--format", "csv"), List.<Object>of("--topk", 1))) {
      if (!given.contains(usual.get(0))) {
        words.addAll(usual);
      }
    }
    if (given.contains("--batch")) {
      words.subList(2, 4).clear();
    }
    words.addAll(given);
    return words.toArray();
  }

  private Path rows(int shard) {
    return run.resolve("part-0000" + shard + ".csv");
  }

  private byte[] bytes(int shard) throws IOException {
    return Files.readAllBytes(rows(shard));
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private static String digest(List<String> names) throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    names.forEach(name -> digest.update((name + "\0").getBytes(UTF_8)));
    return HexFormat.of().formatHex(digest.digest());
  }
}
