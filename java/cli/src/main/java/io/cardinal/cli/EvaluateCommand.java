// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import io.cardinal.Classifier;
import io.cardinal.PipelineStatistics;
import io.cardinal.cli.Evaluation.Mistake;
import io.cardinal.cli.LabelledImages.Labelled;
import io.cardinal.cli.output.OutputFile;
import io.cardinal.engine.ModelMetadata;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Measures accuracy on labelled images. */
@Command(
    name = "evaluate",
    header = "Measure accuracy on labelled images.",
    description = {
      "",
      "The truth is a folder's name (DIR/LABEL/*.jpg) or a column of a CSV with the header",
      "path,label, paths relative to the CSV. It may be a label, an index from 0, or a WordNet id",
      "(DIR/n01440764/*.JPEG works as it is). An image that fails counts as a wrong answer.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  cardinal evaluate --model resnext50.safetensors imagenet/val",
      "  cardinal evaluate --confusion confusion.csv labels.csv"
    })
final class EvaluateCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(paramLabel = "DIR|CSV", description = "the labelled images")
  String source = "";

  @Mixin ModelChoice model = new ModelChoice();

  @Option(
      names = "--confusion",
      paramLabel = "FILE",
      description = "write how often each class was answered for each, as CSV")
  @Nullable Path confusion;

  @Option(
      names = "--mistakes",
      paramLabel = "N",
      defaultValue = "10",
      description = "how many of the worst mistakes to show (default: ${DEFAULT-VALUE})")
  int mistakes = 10;

  @Mixin ProgressChoice progress = new ProgressChoice();

  @Mixin PreprocessingOptions preprocessing = new PreprocessingOptions();

  @Mixin DecodingOptions decoding = new DecodingOptions();

  @Mixin EngineChoice engine = new EngineChoice();

  EvaluateCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if (mistakes < 0 || mistakes > 100_000) {
      throw new UsageException("--mistakes takes 0 to 100000, not " + mistakes);
    }
    try (Classifier classifier =
        ClassifierSource.open(console, model, preprocessing, decoding, engine)) {
      ModelMetadata metadata = classifier.model().metadata();
      List<Labelled> images = LabelledImages.of(source, new Truths(metadata));
      Evaluation evaluation = new Evaluation(metadata.labels().size(), mistakes);
      PipelineStatistics statistics = run(classifier, images, evaluation);
      console.print(report(evaluation, metadata));
      writeConfusion(evaluation, metadata);
      console.note(RunSummary.of(statistics));
      return evaluation.failures() == 0 ? ExitCode.OK : ExitCode.SOME_FAILED;
    }
  }

  private PipelineStatistics run(
      Classifier classifier, List<Labelled> images, Evaluation evaluation) {
    try (Progress shown = new Progress(console, progress.kind, images.size())) {
      long[] done = {0};
      return classifier.classifyEach(
          images.iterator(),
          labelled -> labelled.input().file(),
          outcome -> {
            outcome
                .failure()
                .ifPresent(
                    failure -> console.note(Failures.line(outcome.item().input().name(), failure)));
            evaluation.add(outcome);
            shown.update(++done[0]);
          });
    }
  }

  private static String report(Evaluation evaluation, ModelMetadata metadata) {
    StringBuilder text = new StringBuilder();
    line(text, "images %d", evaluation.images());
    if (evaluation.failures() > 0) {
      line(text, "failed %d (counted as wrong)", evaluation.failures());
    }
    line(text, "top-1 %s%s", Numbers.fraction(evaluation.top1()), published(metadata, "top1"));
    line(text, "top-5 %s%s", Numbers.fraction(evaluation.top5()), published(metadata, "top5"));
    List<String> labels = metadata.labels();
    int width = labels.stream().mapToInt(String::length).max().orElse(5);
    line(text, "");
    line(text, "%-" + Math.max(5, width) + "s  %8s  %6s  %6s", "class", "images", "top-1", "top-5");
    int empty = 0;
    for (int i = 0; i < labels.size(); i++) {
      if (evaluation.images(i) == 0) {
        empty++;
      } else {
        line(
            text,
            "%-" + Math.max(5, width) + "s  %8d  %s  %s",
            labels.get(i),
            evaluation.images(i),
            Numbers.fraction(evaluation.top1(i)),
            Numbers.fraction(evaluation.top5(i)));
      }
    }
    if (empty > 0) {
      line(text, "%d classes have no image", empty);
    }
    mistakes(text, evaluation, labels);
    return text.toString();
  }

  private static void mistakes(StringBuilder text, Evaluation evaluation, List<String> labels) {
    List<Mistake> worst = evaluation.worstMistakes();
    if (worst.isEmpty()) {
      return;
    }
    line(text, "");
    line(text, "worst mistakes");
    for (Mistake each : worst) {
      line(
          text,
          "  %s: %s %.1f %%, truth %s",
          Console.escape(each.path()),
          each.answer().label(),
          100 * each.answer().probability(),
          labels.get(each.truth()));
    }
  }

  private static String published(ModelMetadata metadata, String figure) {
    Double stated = metadata.accuracy().get(figure);
    return stated == null ? "" : " (the model file states " + Numbers.fraction(stated) + ")";
  }

  private static void line(StringBuilder text, String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values)).append('\n');
  }

  private void writeConfusion(Evaluation evaluation, ModelMetadata metadata) {
    Path file = confusion;
    if (file != null) {
      OutputFile.write(
          console.files(), file, channel -> writeConfusion(evaluation, metadata, channel));
    }
  }

  /** One row a class: the truth, then how often each class was the first answer. */
  private static boolean writeConfusion(
      Evaluation evaluation, ModelMetadata metadata, WritableByteChannel channel)
      throws IOException {
    Writer out = new OutputStreamWriter(Channels.newOutputStream(channel), StandardCharsets.UTF_8);
    CsvWriter csv = CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(out);
    List<String> header = new ArrayList<>(List.of("truth"));
    header.addAll(metadata.labels());
    csv.writeRecord(header);
    for (int truth = 0; truth < metadata.labels().size(); truth++) {
      List<String> row = new ArrayList<>(List.of(metadata.labels().get(truth)));
      for (long count : evaluation.confusion(truth)) {
        row.add(Long.toString(count));
      }
      csv.writeRecord(row);
    }
    csv.flush();
    return true;
  }
}
