// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

import io.cardinal.Classifier;
import io.cardinal.ImageSource;
import io.cardinal.Outcome;
import io.cardinal.PipelineStatistics;
import io.cardinal.RunOptions;
import io.cardinal.cli.output.OutputOptions;
import io.cardinal.cli.output.RunOutput;
import io.cardinal.cli.report.ClassifyReport;
import java.nio.file.Files;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

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
      "  cardinal classify --format csv --out run/ --shard-size 10000 --resume @list.txt",
      "  cardinal classify --report report.html --format csv --out answers.csv photos/",
      "",
      "Exit codes: 0 all good, 1 some images failed, 2 usage or no image, 3 model, 4 native",
      "libraries or memory, 5 output not written."
    })
final class ClassifyCommand implements Callable<Integer> {
  private final Console console;

  @Spec CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "PATH", description = "files, folders, - or @LIST")
  List<String> paths = List.of();

  @Mixin ModelChoice model = new ModelChoice();

  @Mixin OutputOptions output = new OutputOptions();

  @Mixin ReportOptions report = new ReportOptions();

  @Mixin ProgressChoice progress = new ProgressChoice();

  @Mixin PreprocessingOptions preprocessing = new PreprocessingOptions();

  @Mixin DecodingOptions decoding = new DecodingOptions();

  @Mixin EngineChoice engine = new EngineChoice();

  private @Nullable ClassifyReport page;

  ClassifyCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if (paths.isEmpty()) {
      throw new UsageException(
          "give image files, folders, - or @LIST; see cardinal classify --help");
    }
    output.check();
    output.files().forEach(report::check);
    Inputs inputs = Inputs.of(paths, System.in);
    if (inputs.inputs().isEmpty()) {
      throw new UsageException(
          "no image found in "
              + String.join(" ", paths)
              + otherFiles(inputs)
              + "; give image files, or a folder with jpg, png, webp, gif, bmp or tif files");
    }
    try (Classifier classifier =
            ClassifierSource.open(console, model, preprocessing, decoding, engine);
        RunOutput results = results(classifier, inputs)) {
      results.begin().ifPresent(console::note);
      if (results.isFinished()) {
        return ExitCode.OK;
      }
      PipelineStatistics statistics = runAndReport(classifier, inputs, results);
      console.note(summary(statistics, inputs));
      return results.failures() == 0 ? ExitCode.OK : ExitCode.SOME_FAILED;
    }
  }

  private RunOutput results(Classifier classifier, Inputs inputs) {
    List<String> names = inputs.inputs().stream().map(Input::name).toList();
    return output.create(console, classifier, names, Version.cardinal(), paths, spec.options());
  }

  private PipelineStatistics runAndReport(Classifier classifier, Inputs inputs, RunOutput results) {
    if (!report.isWanted()) {
      return run(classifier, inputs, results);
    }
    Map<String, String> facts =
        ClassifierSource.facts(String.join(" ", paths), classifier, model, preprocessing, engine);
    ClassifyReport made = new ClassifyReport(facts, classifier.model().metadata(), report.images);
    page = made;
    return report.around(console.files(), () -> run(classifier, inputs, results), made::writeTo);
  }

  private PipelineStatistics run(Classifier classifier, Inputs inputs, RunOutput results) {
    Iterator<Input> all = inputs.inputs().iterator();
    results.skip(names(all));
    RunOptions run = report.applyTo(RunOptions.defaults().withFeatures(output.hasFeatures()));
    try (Progress shown = new Progress(console, progress.kind, inputs.inputs().size())) {
      Consumer<Outcome<Input>> consumer =
          outcome -> {
            Input input = outcome.item();
            results.row(input.name(), outcome, () -> Files.readAllBytes(input.file()));
            report(outcome);
            shown.update(results.rows());
          };
      PipelineStatistics statistics =
          classifier.classifySources(all, input -> ImageSource.of(input.file()), run, consumer);
      results.finish();
      return statistics;
    } catch (InputException e) {
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
    if (page != null) {
      String name = outcome.item().name();
      outcome
          .classification()
          .ifPresentOrElse(
              answer -> page.answered(name, answer.top(ClassifyReport.TOP), outcome.preview()),
              () -> {
                RuntimeException failure = outcome.failure().orElseThrow();
                page.failed(name, Failures.reason(failure), Failures.message(failure));
              });
    }
  }

  private static String summary(PipelineStatistics statistics, Inputs inputs) {
    return RunSummary.of(statistics) + otherFiles(inputs);
  }

  private static String otherFiles(Inputs inputs) {
    long others = inputs.otherFiles();
    return others == 0
        ? ""
        : " (" + others + (others == 1 ? " other file" : " other files") + " passed over)";
  }
}
