// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli.output;

import io.cardinal.Classifier;
import io.cardinal.Options;
import io.cardinal.Outcome;
import io.cardinal.engine.safetensors.FileLayer;
import io.cardinal.testing.Golden;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Writes the outcomes of 20 inputs, five of which failed, as a run does; the network ran once. */
final class Replay {
  /** The run's folder, which need not be one of this machine. */
  static final Path FOLDER = Path.of("/absent/run");

  /** Where failed inputs go. */
  static final Path QUARANTINE = Path.of("/absent/quarantine");

  /** Rows of a shard. */
  static final int SHARD = 3;

  private static final List<Outcome<String>> OUTCOMES = outcomes();
  private static final RunIdentity IDENTITY =
      new RunIdentity(JsonFiles.object().put("version", "test"));

  private Replay() {}

  private static List<Outcome<String>> outcomes() {
    Path photos = Golden.root().resolve("examples/photos");
    Map<String, Path> files = new TreeMap<>();
    for (int i = 0; i < 20; i++) {
      String file = i % 4 == 1 ? "CREDITS.md" : i % 3 == 0 ? "frog.jpg" : "mastiff.jpg";
      files.put(String.format("input %02d", i), photos.resolve(file));
    }
    List<Outcome<String>> outcomes = new ArrayList<>();
    Path model = Golden.root().resolve("models/resnext29_8x4d-cifar10.safetensors");
    try (Classifier classifier = Classifier.open(model, Options.throughput())) {
      classifier.featuresEach(files.keySet().iterator(), files::get, outcomes::add);
    }
    return outcomes;
  }

  private static ResultFormats formats() {
    int columns = OUTCOMES.get(0).features().orElseThrow().length;
    return new ResultFormats(
        RowFormat.named("csv"),
        new RowStyle(2, false),
        VectorFormat.named("npy").orElseThrow(),
        columns);
  }

  /** The output of a run in shards. */
  static RunOutput shards(FileLayer files, Path folder, boolean isResumed) {
    return new ShardedOutput(
        files,
        folder,
        SHARD,
        isResumed,
        IDENTITY,
        formats(),
        new Quarantine(files, QUARANTINE),
        ErrorLimit.of("row", null));
  }

  /** The output of a run into one file. */
  static RunOutput whole(FileLayer files, Path rows, Path vectors, @Nullable Quarantine failed) {
    return new WholeOutput(
        files,
        java.io.OutputStream.nullOutputStream(),
        rows,
        vectors,
        formats(),
        failed,
        ErrorLimit.of("row", null));
  }

  /**
   * Runs to the end.
   *
   * @param acknowledged gets the shards after each of which the run went on
   */
  static void run(RunOutput output, List<Integer> acknowledged) {
    try (output) {
      output.begin();
      if (output.isFinished()) {
        return;
      }
      Iterator<Outcome<String>> all = OUTCOMES.iterator();
      output.skip(names(all));
      while (all.hasNext()) {
        Outcome<String> outcome = all.next();
        byte[] content = outcome.item().getBytes(StandardCharsets.UTF_8);
        output.row(outcome.item(), outcome, () -> new ByteArrayInputStream(content));
        if (output.rows() % SHARD == 0) {
          acknowledged.add((int) (output.rows() / SHARD) - 1);
        }
      }
      output.finish();
    }
  }

  private static Iterator<String> names(Iterator<Outcome<String>> outcomes) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return outcomes.hasNext();
      }

      @Override
      public String next() {
        return outcomes.next().item();
      }
    };
  }

  /** What an unbroken run leaves, by path: statistics without their times, no hidden files. */
  static Map<Path, String> unbroken() {
    MemoryFiles files = new MemoryFiles();
    run(shards(files, FOLDER, false), new ArrayList<>());
    return comparable(files.contents());
  }

  /** Files in a form that two runs share: statistics without their times, no hidden files. */
  static Map<Path, String> comparable(Map<Path, byte[]> files) {
    Map<Path, String> comparable = new HashMap<>();
    files.forEach(
        (path, bytes) -> {
          if (!path.getFileName().toString().startsWith(".")) {
            String text = new String(bytes, StandardCharsets.ISO_8859_1);
            comparable.put(
                path,
                path.toString().endsWith(".stats.json")
                    ? text.replaceAll("\"(seconds|images_per_second)\" : [0-9.E-]+", "$1")
                    : text);
          }
        });
    return comparable;
  }
}
