// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli.output;

import io.cardinal.Classifier;
import io.cardinal.cli.Console;
import io.cardinal.cli.UsageException;
import io.cardinal.engine.ModelInfo;
import java.io.BufferedWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;

/** The options that say what becomes of a run's answers. */
public final class OutputOptions {
  private static final String TABLE = "table";

  @Option(
      names = "--topk",
      paramLabel = "N",
      defaultValue = "5",
      description = "answers for each image (default: ${DEFAULT-VALUE})")
  private int topk = 5;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = TABLE,
      description = {
        "table, csv, jsonl or parquet (default: ${DEFAULT-VALUE}); for parquet,",
        "cardinal-parquet-VERSION.jar must be on the class path"
      })
  private String format = TABLE;

  @Option(
      names = {"-o", "--out"},
      paramLabel = "FILE|DIR",
      description = {
        "write the rows there, whole or not at all (default: standard output); with --shard-size a",
        "folder"
      })
  private @Nullable Path out;

  @Option(
      names = "--shard-size",
      paramLabel = "N",
      description = {
        "write files of N rows, part-00000.csv and so on, each there for good when it is finished,",
        "its statistics in part-00000.stats.json"
      })
  private @Nullable Integer shardSize;

  @Option(
      names = "--resume",
      description = {
        "go on with the run in the folder where its last finished shard ends; the options and inputs",
        "must be the same"
      })
  private boolean resume;

  @Option(
      names = "--features",
      paramLabel = "FILE.npy|FILE.parquet",
      description = {
        "write the pooled vectors there, whole or not at all: a row an input, NaN or null for one",
        "that failed; with --shard-size npy or parquet, for a file beside each shard"
      })
  private @Nullable String features;

  @Option(names = "--logits", description = "show the network's outputs in place of probabilities")
  private boolean logits;

  @Option(
      names = "--on-error",
      paramLabel = "WHAT",
      defaultValue = "row",
      description = {
        "row: an image that fails gets a row that says why; fail: it ends the run with exit code 1",
        "(default: ${DEFAULT-VALUE})"
      })
  private String onError = "row";

  @Option(
      names = "--max-errors",
      paramLabel = "N|P%",
      description = {
        "end the run with exit code 1 when more than N images have failed, or more than P percent",
        "of at least 100"
      })
  private @Nullable String maxErrors;

  @Option(
      names = "--quarantine",
      paramLabel = "FILE.csv|DIR",
      description = {
        "list the images that failed in a file; in a folder, which must be empty, copies of those",
        "that could be read lie beside the list"
      })
  private @Nullable Path quarantine;

  /** Refuses options that do not go together, with a {@link UsageException}. */
  public void check() {
    if (topk < 1) {
      throw new UsageException("--topk takes 1 or more, not " + topk);
    }
    if (!format.equals(TABLE)) {
      RowFormat.named(format);
    }
    vectorFormat();
    ErrorLimit.of(onError, maxErrors);
    if (shardSize != null) {
      checkShards(shardSize);
    } else if (resume) {
      throw new UsageException("--resume needs --shard-size and --out DIR");
    } else if (features != null && out != null && Path.of(features).equals(out)) {
      throw new UsageException("--features and --out name the same file, " + out);
    }
    if (quarantine != null && quarantine.equals(out)) {
      throw new UsageException("--quarantine and --out name the same place, " + out);
    }
  }

  /** What the run writes to, besides standard output. */
  public List<Path> files() {
    return Stream.of(out, features == null ? null : Path.of(features), quarantine)
        .filter(Objects::nonNull)
        .toList();
  }

  private void checkShards(int size) {
    if (size < 1) {
      throw new UsageException("--shard-size takes 1 or more, not " + size);
    }
    if (out == null) {
      throw new UsageException("--shard-size needs --out DIR");
    }
    if (format.equals(TABLE)) {
      throw new UsageException("--shard-size takes --format csv, jsonl or parquet, not table");
    }
    if (quarantine != null && Quarantine.isList(quarantine)) {
      throw new UsageException(
          "--quarantine takes a folder beside --shard-size, for a list a shard, not " + quarantine);
    }
  }

  /** What it means for the output that a run ends early: the rest of a sentence. */
  public String earlyEnd() {
    if (shardSize != null) {
      return "; --resume goes on after the shards that are finished";
    }
    return out == null ? "" : "; nothing is written to " + out;
  }

  /** Whether the pooled vectors are wanted. */
  public boolean hasFeatures() {
    return features != null;
  }

  /**
   * Makes the output, which is not open yet.
   *
   * @param names inputs that will come, as far as they are known, for the width of a table
   * @param version this program's
   * @param inputs what the inputs are called on the command line
   * @param options all options of the command, which tell runs apart
   */
  public RunOutput create(
      Console console,
      Classifier classifier,
      List<String> names,
      String version,
      List<String> inputs,
      List<OptionSpec> options) {
    ModelInfo model = classifier.model();
    RowStyle style = new RowStyle(Math.min(topk, model.classes()), logits);
    ErrorLimit limit = ErrorLimit.of(onError, maxErrors);
    Quarantine kept = quarantine == null ? null : new Quarantine(console.files(), quarantine);
    int columns = model.spec().features();
    if (shardSize == null) {
      RowFormat rows = format.equals(TABLE) ? table(names, model) : RowFormat.named(format);
      return new WholeOutput(
          console.files(),
          console.out(),
          out,
          features == null ? null : Path.of(features),
          new ResultFormats(rows, style, vectorFormat(), columns),
          kept,
          limit);
    }
    return new ShardedOutput(
        console.files(),
        Objects.requireNonNull(out),
        shardSize,
        resume,
        RunIdentity.of(classifier, version, inputs, options),
        new ResultFormats(RowFormat.named(format), style, vectorFormat(), columns),
        kept,
        limit);
  }

  /** The vectors' format, or null: beside shards it is what was said, else the file's ending. */
  private @Nullable VectorFormat vectorFormat() {
    String given = features;
    if (given == null) {
      return null;
    }
    int dot = given.lastIndexOf('.');
    String name = shardSize != null ? given : dot < 0 ? "" : given.substring(dot + 1);
    return VectorFormat.named(name)
        .orElseThrow(
            () ->
                new UsageException(
                    shardSize != null
                        ? "--features takes npy or parquet beside --shard-size, not " + given
                        : "--features takes a name that ends in .npy or .parquet, not " + given));
  }

  private static RowFormat table(List<String> names, ModelInfo model) {
    return RowFormat.text(
        TABLE,
        (out, style) -> new TableRows(new BufferedWriter(out), style, names, model.metadata()));
  }
}
