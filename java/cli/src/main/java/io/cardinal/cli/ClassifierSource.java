// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

import io.cardinal.Classifier;
import io.cardinal.Options;

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
      Explanation explanation = new Explanation(console);
      explanation.print(
          classifier.model(),
          Explanation.origin(model.model),
          preprocessing.isGiven(),
          options.engine(),
          engine);
      explanation.print(options);
    }
    return classifier;
  }
}
