// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

import io.cardinal.Classifier;
import io.cardinal.Options;
import io.cardinal.Outcome;
import io.cardinal.PipelineStatistics;
import io.cardinal.RunOptions;
import io.cardinal.cli.inputs.Input;
import io.cardinal.cli.inputs.InputOptions;
import io.cardinal.cli.inputs.Inputs;
import io.cardinal.cli.output.OutputOptions;
import io.cardinal.cli.output.RunOutput;
import io.cardinal.cli.report.ClassifyReport;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Classifies images: one row for each, in order. */
@Command(
    name = "classify",
    header = "Classify images: one row for each, in order.",
    description = {
      "",
      "A folder stands for its images (jpg jpeg jpe jfif png webp gif bmp tif tiff), subfolders",
      "included, hidden files and links to folders left out, in the order of their names; archives",
      "in a folder are passed over. A tar, tar.gz, tgz or zip that is named stands for its images in",
      "the order of the archive, called ARCHIVE!PATH; nothing is unpacked to disk. A quoted pattern",
      "('photos/**/*.jpg') stands for the files that it matches. - reads a list of paths from standard",
      "input, @LIST from a file, one a line; a file named *.csv or *.jsonl has the paths in a column.",
      "Whatever fails gets a row that says why. A name that begins with - or @ is given as ./-name or",
      "./@name.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  cardinal classify examples/photos",
      "  cardinal classify --model resnext50.safetensors --format csv --out answers.csv photos/",
      "  cardinal classify --format csv 'shards/train-*.tar'",
      "  cardinal classify --format csv --column image --base-dir photos manifest.csv",
      "  find . -name '*.jpg' -print0 | cardinal classify --format csv -0 -",
      "  cardinal classify --features vectors.npy --format csv --out answers.csv photos/",
      "  cardinal classify --format csv --out run/ --shard-size 10000 --resume @list.txt",
      "  cardinal classify --report report.html --format csv --out answers.csv photos/",
      "",
      "Exit codes: 0 all good, 1 some images failed, 2 usage or no image, 3 model, 4 native",
      "libraries or memory, 5 output not written, 130 and 143 ended by SIGINT and SIGTERM."
    })
final class ClassifyCommand implements Callable<Integer> {
  /** Names that are looked at for the width of a table's first column. */
  private static final int NAMES_AHEAD = 1_000;

  private final Console console;
  private final Shutdown shutdown;

  @Spec CommandSpec spec = CommandSpec.create();

  @Mixin InputOptions images = new InputOptions();

  @Mixin ModelChoice model = new ModelChoice();

  @Mixin OutputOptions output = new OutputOptions();

  @Mixin ReportOptions report = new ReportOptions();

  @Mixin ProgressChoice progress = new ProgressChoice();

  @Mixin PreprocessingOptions preprocessing = new PreprocessingOptions();

  @Mixin DecodingOptions decoding = new DecodingOptions();

  @Mixin EngineChoice engine = new EngineChoice();

  private @Nullable ClassifyReport page;

  ClassifyCommand(Console console, Shutdown shutdown) {
    this.console = console;
    this.shutdown = shutdown;
  }

  @Override
  public Integer call() {
    output.check();
    report.check(output.files());
    long maxFileBytes = decoding.applyTo(Options.throughput()).maxFileBytes();
    try (Inputs inputs = images.open(System.in, maxFileBytes)) {
      if (!inputs.hasNext()) {
        throw new UsageException(
            "no image found in "
                + String.join(" ", images.paths())
                + RunSummary.otherFiles(inputs.otherFiles())
                + "; give image files, or a folder with jpg, png, webp, gif, bmp or tif files");
      }
      return classify(inputs);
    }
  }

  private int classify(Inputs inputs) {
    try (Classifier classifier =
            ClassifierSource.open(console, model, preprocessing, decoding, engine);
        RunOutput results =
            output.create(
                console,
                classifier,
                inputs.nextNames(NAMES_AHEAD),
                Version.cardinal(),
                images.paths(),
                spec.options())) {
      results.begin().ifPresent(console::note);
      if (results.isFinished()) {
        return ExitCode.OK;
      }
      results.skip(names(inputs));
      PipelineStatistics statistics = shutdown.run(() -> runAndReport(classifier, inputs, results));
      console.note(RunSummary.of(statistics, inputs.otherFiles()));
      return results.failures() == 0 ? ExitCode.OK : ExitCode.SOME_FAILED;
    }
  }

  private PipelineStatistics runAndReport(Classifier classifier, Inputs inputs, RunOutput results) {
    if (!report.isWanted()) {
      return run(classifier, inputs, results);
    }
    Map<String, String> facts =
        ClassifierSource.facts(
            String.join(" ", images.paths()), classifier, model, preprocessing, engine);
    if (results.rows() > 0) {
      facts.put("earlier", results.rows() + " rows of a part before this one, not counted here");
    }
    ClassifyReport made = new ClassifyReport(facts, classifier.model().metadata(), report.images);
    page = made;
    return report.around(console.files(), () -> run(classifier, inputs, results), made::writeTo);
  }

  private PipelineStatistics run(Classifier classifier, Inputs inputs, RunOutput results) {
    RunOptions run = report.applyTo(RunOptions.defaults().withFeatures(output.hasFeatures()));
    Shutdown.Elements<Input> open = shutdown.until(inputs);
    try (Progress shown = new Progress(console, progress.kind, inputs::total)) {
      Consumer<Outcome<Input>> consumer =
          outcome -> {
            Input input = outcome.item();
            long before = results.rows();
            try {
              results.row(input.name(), outcome, input::open);
            } finally {
              if (results.rows() > before) { // the last one of --max-errors has its row, too
                report(outcome);
              }
            }
            shown.update(results.rows());
          };
      PipelineStatistics statistics =
          classifier.classifySources(open, Input::source, run, consumer);
      open.throwIfCut("after " + results.rows() + " rows" + output.earlyEnd());
      results.finish();
      return statistics;
    } catch (InputException | StoppedException e) {
      if (page != null) {
        page.endedEarly(Failures.message(e));
      }
      results.stop();
      throw e;
    }
  }

  private static Iterator<String> names(Iterator<Input> inputs) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return inputs.hasNext();
      }

      @Override
      public String next() {
        return inputs.next().name();
      }
    };
  }

  private void report(Outcome<Input> outcome) {
    ClassifyReport shown = page;
    if (shown != null) {
      String name = outcome.item().name();
      outcome
          .classification()
          .ifPresentOrElse(
              answer -> shown.answered(name, answer.top(ClassifyReport.TOP), outcome.preview()),
              () -> {
                RuntimeException failure = outcome.failure().orElseThrow();
                shown.failed(name, Failures.reason(failure), Failures.message(failure));
              });
    }
  }
}
