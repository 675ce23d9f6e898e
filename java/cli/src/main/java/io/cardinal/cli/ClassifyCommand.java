// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

import io.cardinal.Classifier;
import io.cardinal.Outcome;
import io.cardinal.PipelineStatistics;
import io.cardinal.cli.output.CsvRows;
import io.cardinal.cli.output.FeatureFile;
import io.cardinal.cli.output.JsonRows;
import io.cardinal.cli.output.OutputException;
import io.cardinal.cli.output.OutputFile;
import io.cardinal.cli.output.Rows;
import io.cardinal.cli.output.TableRows;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Classifies images: one row for each, in order. */
@Command(
    name = "classify",
    header = "Classify images: one row for each, in order.",
    description = {
      "",
      "A folder stands for its images (jpg jpeg jpe jfif png webp gif bmp tif tiff), subfolders",
      "included, hidden files left out, in the order of their names. - reads a list of paths from",
      "standard input, @LIST from a file, one a line. An image that fails gets a row that says why.",
      "A name that begins with - or @ is given as ./-name or ./@name.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  cardinal classify examples/photos",
      "  cardinal classify --model resnext50.safetensors --format csv --out answers.csv photos/",
      "  find . -name '*.jpg' | cardinal classify --format csv -",
      "  cardinal classify --features vectors.npy --format csv --out answers.csv photos/",
      "",
      "Exit codes: 0 all good, 1 some images failed, 2 usage or no image, 3 model, 4 native",
      "libraries or memory, 5 output not written."
    })
final class ClassifyCommand implements Callable<Integer> {
  private static final Set<String> FORMATS = Set.of("table", "csv", "jsonl");

  private static final long FLUSH_NANOSECONDS = 250_000_000L;

  private final Console console;

  @Parameters(paramLabel = "PATH", description = "files, folders, - or @LIST")
  List<String> paths = List.of();

  @Mixin ModelChoice model = new ModelChoice();

  @Option(
      names = "--topk",
      paramLabel = "N",
      defaultValue = "5",
      description = "answers for each image (default: ${DEFAULT-VALUE})")
  int topk = 5;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "table",
      description = "table, csv or jsonl (default: ${DEFAULT-VALUE})")
  String format = "table";

  @Option(
      names = {"-o", "--out"},
      paramLabel = "FILE",
      description = "write the rows there, whole or not at all (default: standard output)")
  @Nullable Path out;

  @Option(
      names = "--features",
      paramLabel = "FILE.npy",
      description = {
        "write the pooled vectors there, whole or not at all: a row an input, NaN for one that",
        "failed"
      })
  @Nullable Path features;

  @Option(names = "--logits", description = "show the network's outputs in place of probabilities")
  boolean logits;

  @Option(
      names = "--on-error",
      paramLabel = "WHAT",
      defaultValue = "row",
      description = {
        "row: an image that fails gets a row that says why; fail: it ends the run with exit code 1",
        "(default: ${DEFAULT-VALUE})"
      })
  String onError = "row";

  @Mixin ProgressChoice progress = new ProgressChoice();

  @Mixin PreprocessingOptions preprocessing = new PreprocessingOptions();

  @Mixin DecodingOptions decoding = new DecodingOptions();

  @Mixin EngineChoice engine = new EngineChoice();

  ClassifyCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    checkOptions();
    Inputs inputs = Inputs.of(paths, System.in);
    if (inputs.inputs().isEmpty()) {
      throw new UsageException(
          "no image found in "
              + String.join(" ", paths)
              + otherFiles(inputs)
              + "; give image files, or a folder with jpg, png, webp, gif, bmp or tif files");
    }
    try (Classifier classifier =
        ClassifierSource.open(console, model, preprocessing, decoding, engine)) {
      PipelineStatistics statistics = write(classifier, inputs);
      console.note(summary(statistics, inputs));
      return statistics.failures() == 0 ? ExitCode.OK : ExitCode.SOME_FAILED;
    }
  }

  private void checkOptions() {
    if (paths.isEmpty()) {
      throw new UsageException(
          "give image files, folders, - or @LIST; see cardinal classify --help");
    }
    if (!FORMATS.contains(format)) {
      throw new UsageException("--format takes table, csv or jsonl, not " + format);
    }
    if (!onError.equals("row") && !onError.equals("fail")) {
      throw new UsageException("--on-error takes row or fail, not " + onError);
    }
    if (features != null && !features.toString().endsWith(".npy")) {
      throw new UsageException("--features takes a name that ends in .npy, not " + features);
    }
    if (features != null && features.equals(out)) {
      throw new UsageException("--features and --out name the same file, " + out);
    }
    if (topk < 1) {
      throw new UsageException("--topk takes 1 or more, not " + topk);
    }
  }

  private PipelineStatistics write(Classifier classifier, Inputs inputs) {
    if (features == null) {
      return write(classifier, inputs, null);
    }
    int length = classifier.model().spec().features();
    return FeatureFile.write(
        features, inputs.inputs().size(), length, file -> write(classifier, inputs, file));
  }

  private PipelineStatistics write(
      Classifier classifier, Inputs inputs, @Nullable FeatureFile vectors) {
    Path file = out;
    if (file == null) {
      return write(classifier, inputs, vectors, console.writer(), OutputException.STANDARD_OUTPUT);
    }
    return OutputFile.write(
        file,
        channel ->
            write(
                classifier,
                inputs,
                vectors,
                new OutputStreamWriter(Channels.newOutputStream(channel), StandardCharsets.UTF_8),
                file.toString()));
  }

  private PipelineStatistics write(
      Classifier classifier,
      Inputs inputs,
      @Nullable FeatureFile vectors,
      Writer writer,
      String target) {
    try (Progress shown = new Progress(console, progress.kind, inputs.inputs().size())) {
      Rows rows = rows(classifier, inputs, writer);
      rows.begin();
      long[] done = {0};
      long[] flushed = {System.nanoTime()};
      Consumer<Outcome<Input>> consumer =
          outcome -> {
            failIfAsked(rows, outcome, target);
            row(rows, outcome, target);
            if (vectors != null) {
              vectors.row(outcome);
            }
            shown.update(++done[0]);
            if (System.nanoTime() - flushed[0] > FLUSH_NANOSECONDS) { // somebody may wait
              flush(rows, target);
              flushed[0] = System.nanoTime();
            }
          };
      Iterator<Input> all = inputs.inputs().iterator();
      PipelineStatistics statistics =
          vectors == null
              ? classifier.classifyEach(all, Input::file, consumer)
              : classifier.featuresEach(all, Input::file, consumer);
      flush(rows, target);
      return statistics;
    } catch (IOException e) {
      throw new OutputException(target, e);
    } catch (UncheckedIOException e) { // from the CSV writer
      throw new OutputException(target, Failures.cause(e));
    }
  }

  private Rows rows(Classifier classifier, Inputs inputs, Writer writer) throws IOException {
    int ranks = Math.min(topk, classifier.model().classes());
    return switch (format) {
      case "csv" -> new CsvRows(writer, ranks, logits);
      case "jsonl" -> new JsonRows(writer, ranks, logits);
      default ->
          new TableRows(
              writer,
              ranks,
              logits,
              inputs.inputs().stream().map(Input::name).toList(),
              classifier.model().metadata());
    };
  }

  private void failIfAsked(Rows rows, Outcome<Input> outcome, String target) {
    if (onError.equals("fail") && outcome.failure().isPresent()) {
      RuntimeException failure = outcome.failure().get();
      flush(rows, target);
      throw new InputException(Failures.line(outcome.item().name(), failure), failure);
    }
  }

  private static void row(Rows rows, Outcome<Input> outcome, String target) {
    try {
      rows.row(outcome.item().name(), outcome);
    } catch (IOException e) {
      throw new OutputException(target, e);
    }
  }

  private static void flush(Rows rows, String target) {
    try {
      rows.flush();
    } catch (IOException e) {
      throw new OutputException(target, e);
    }
  }

  private static String summary(PipelineStatistics statistics, Inputs inputs) {
    return String.format(
        Locale.ROOT,
        "%d image%s, %d failed, %.1f images/s, decoding %.0f %% of the work%s",
        statistics.files(),
        statistics.files() == 1 ? "" : "s",
        statistics.failures(),
        statistics.filesPerSecond(),
        100 * statistics.decodingShare(),
        otherFiles(inputs));
  }

  private static String otherFiles(Inputs inputs) {
    long others = inputs.otherFiles();
    return others == 0
        ? ""
        : " (" + others + (others == 1 ? " other file" : " other files") + " passed over)";
  }
}
