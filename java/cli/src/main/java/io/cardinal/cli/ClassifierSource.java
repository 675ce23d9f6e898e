// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

import static java.util.stream.Collectors.joining;

import io.cardinal.Classifier;
import io.cardinal.Options;
import io.cardinal.engine.plan.ExecutionPlan;
import io.cardinal.engine.plan.PlanStep;
import io.cardinal.engine.platform.Platform;
import java.util.LinkedHashMap;
import java.util.Map;

/** Opens the classifier that a command's options describe, and explains it where asked. */
final class ClassifierSource {
  private ClassifierSource() {}

  /** The classifier; the caller closes it. */
  static Classifier open(
      Console console,
      ModelChoice model,
      PreprocessingOptions preprocessing,
      DecodingOptions decoding,
      EngineChoice engine) {
    Options options = decoding.applyTo(Options.throughput().withEngine(engine.toOptions()));
    Classifier classifier =
        new ModelSource(console)
            .with(
                model.model,
                preprocessing.toImportOptions(),
                definition -> Classifier.open(definition, options));
    if (engine.isExplained) {
      explain(new Explanation(console), classifier, model, preprocessing, engine);
    }
    return classifier;
  }

  /** What identifies a run over some inputs, a name and a text each, for its report. */
  static Map<String, String> facts(
      String inputs,
      Classifier classifier,
      ModelChoice model,
      PreprocessingOptions preprocessing,
      EngineChoice engine) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("inputs", inputs);
    explain(new Explanation(facts::put), classifier, model, preprocessing, engine);
    facts.remove("native cache"); // a folder of this machine changes no row
    facts.put("kernels that ran", kernels(classifier));
    facts.put("cardinal", Version.cardinal());
    facts.put("Java", System.getProperty("java.version"));
    facts.put("CPU", Platform.current().cpu());
    return facts;
  }

  private static void explain(
      Explanation explanation,
      Classifier classifier,
      ModelChoice model,
      PreprocessingOptions preprocessing,
      EngineChoice engine) {
    Options options = classifier.options();
    explanation.print(
        classifier.model(),
        Explanation.origin(model.model),
        preprocessing.isGiven(),
        options.engine(),
        engine);
    explanation.print(options);
  }

  private static String kernels(Classifier classifier) {
    ExecutionPlan plan = classifier.plan(classifier.options().engine().maxBatch());
    return plan.steps().stream().map(PlanStep::provider).distinct().collect(joining(", "))
        + plan.notes().stream().map(note -> "; " + note).collect(joining());
  }
}
