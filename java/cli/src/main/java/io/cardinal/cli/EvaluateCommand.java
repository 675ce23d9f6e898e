// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import io.cardinal.Classifier;
import io.cardinal.Outcome;
import io.cardinal.PipelineStatistics;
import io.cardinal.Prediction;
import io.cardinal.RunOptions;
import io.cardinal.cli.LabelledImages.Labelled;
import io.cardinal.cli.output.OutputFile;
import io.cardinal.cli.report.EvaluateReport;
import io.cardinal.cli.report.Evaluation;
import io.cardinal.cli.report.Evaluation.Mistake;
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
import java.util.Map;
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
      "(DIR/n01440764/*.JPEG works as it is). An image that fails counts as a wrong answer. Hidden",
      "files and links to folders inside a folder are left out.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  cardinal evaluate --model resnext50.safetensors imagenet/val",
      "  cardinal evaluate --confusion confusion.csv labels.csv",
      "  cardinal evaluate --report report.html labels.csv"
    })
final class EvaluateCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(paramLabel = "DIR|CSV", description = "the labelled images")
  String source = "";

  @Mixin ModelChoice model = new ModelChoice();

  @Option(
      names = "--follow-links",
      description = "follow links to folders inside folders; those to files are always followed")
  boolean isFollowing;

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

  @Mixin ReportOptions report = new ReportOptions();

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
    report.check(confusion == null ? List.of() : List.of(confusion));
    try (Classifier classifier =
        ClassifierSource.open(console, model, preprocessing, decoding, engine)) {
      ModelMetadata metadata = classifier.model().metadata();
      LabelledImages labelled = LabelledImages.of(source, isFollowing, new Truths(metadata));
      Evaluation<Labelled> evaluation =
          new Evaluation<>(
              metadata.labels().size(), Math.max(mistakes, report.isWanted() ? report.images : 0));
      PipelineStatistics statistics = runAndReport(classifier, labelled.images(), evaluation);
      console.print(summary(evaluation, metadata));
      writeConfusion(evaluation, metadata);
      console.note(RunSummary.of(statistics, labelled.otherFiles()));
      return evaluation.failures() == 0 ? ExitCode.OK : ExitCode.SOME_FAILED;
    }
  }

  private PipelineStatistics runAndReport(
      Classifier classifier, List<Labelled> images, Evaluation<Labelled> evaluation) {
    if (!report.isWanted()) {
      return run(classifier, images, evaluation, null);
    }
    Map<String, String> facts =
        ClassifierSource.facts(source, classifier, model, preprocessing, engine);
    EvaluateReport page = new EvaluateReport(facts, classifier.model().metadata());
    return report.around(
        console.files(),
        () -> {
          PipelineStatistics statistics = run(classifier, images, evaluation, page);
          addMistakes(classifier, evaluation, page);
          return statistics;
        },
        out -> page.writeTo(evaluation, out));
  }

  private PipelineStatistics run(
      Classifier classifier,
      List<Labelled> images,
      Evaluation<Labelled> evaluation,
      @Nullable EvaluateReport page) {
    try (Progress shown = new Progress(console, progress.kind, images::size)) {
      long[] done = {0};
      return classifier.<Labelled>classifySources(
          images.iterator(),
          labelled -> labelled.input().source(),
          RunOptions.defaults(),
          outcome -> {
            String name = outcome.item().input().name();
            int truth = outcome.item().truth();
            List<Prediction> top = top(outcome, Evaluation.SECOND_CHANCES);
            evaluation.add(outcome.item(), name, truth, top);
            outcome
                .failure()
                .ifPresent(
                    failure -> {
                      console.note(Failures.line(name, failure));
                      if (page != null) {
                        page.failed(name, Failures.reason(failure), Failures.message(failure));
                      }
                    });
            if (page != null && !top.isEmpty()) {
              page.answered(truth, top.get(0));
            }
            shown.update(++done[0]);
          });
    }
  }

  /** The worst are known at the end alone: they are read again, for their pictures. */
  private void addMistakes(
      Classifier classifier, Evaluation<Labelled> evaluation, EvaluateReport page) {
    classifier.classifySources(
        evaluation.worstMistakes(report.images).iterator(),
        mistake -> mistake.image().input().source(),
        report.applyTo(RunOptions.defaults()),
        outcome -> {
          Mistake<Labelled> mistake = outcome.item();
          List<Prediction> top = top(outcome, EvaluateReport.TOP);
          page.mistake(
              mistake.name(),
              mistake.truth(),
              top.isEmpty() ? List.of(mistake.answer()) : top,
              outcome.preview());
        });
  }

  private static List<Prediction> top(Outcome<?> outcome, int count) {
    return outcome.classification().map(answer -> answer.top(count)).orElse(List.of());
  }

  private String summary(Evaluation<Labelled> evaluation, ModelMetadata metadata) {
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

  private void mistakes(StringBuilder text, Evaluation<Labelled> evaluation, List<String> labels) {
    List<Mistake<Labelled>> worst = evaluation.worstMistakes(mistakes);
    if (worst.isEmpty()) {
      return;
    }
    line(text, "");
    line(text, "worst mistakes");
    for (Mistake<Labelled> each : worst) {
      line(
          text,
          "  %s: %s %.1f %%, truth %s",
          Console.escape(each.name()),
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

  private void writeConfusion(Evaluation<?> evaluation, ModelMetadata metadata) {
    Path file = confusion;
    if (file != null) {
      OutputFile.write(
          console.files(), file, channel -> writeConfusion(evaluation, metadata, channel));
    }
  }

  /** One row a class: the truth, then how often each class was the first answer. */
  private static boolean writeConfusion(
      Evaluation<?> evaluation, ModelMetadata metadata, WritableByteChannel channel)
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
