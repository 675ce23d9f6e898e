// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

import io.cardinal.engine.ModelDefinition;
import io.cardinal.engine.ModelFile;
import io.cardinal.weights.CheckpointImporter;
import io.cardinal.weights.ImportOptions;
import io.cardinal.weights.ImportedModel;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The model that a command runs: a model file, a checkpoint, or the bundled demo model. */
final class ModelSource {
  /** The bundled model inside the jar. */
  static final String DEMO = "models/resnext29_8x4d-cifar10.safetensors";

  private final Console console;

  ModelSource(Console console) {
    this.console = console;
  }

  /**
   * Opens the model, hands it over, and closes it.
   *
   * @param model the file, or null for the bundled one
   * @param options what the user says about it
   * @param use what is done with it while its tensors can be read
   */
  <T> T with(@Nullable Path model, ImportOptions options, Function<ModelDefinition, T> use) {
    if (model == null) {
      return withDemo(options, use);
    } else if (!Files.exists(model)) {
      throw new UncheckedIOException(
          new FileSystemException(
              model.toString(), null, "no such file; --model takes a model file or a checkpoint"));
    } else if (ModelFile.isModelFile(model)) {
      return withModelFile(model, options, use);
    }
    try (ImportedModel imported = importing(model, options)) {
      imported.warnings().forEach(warning -> console.note("warning: " + warning));
      console.note(
          model
              + " is a checkpoint, imported into memory; to import it once: cardinal weights"
              + " import "
              + model
              + " -o MODEL.safetensors");
      return use.apply(imported.definition());
    }
  }

  private static ImportedModel importing(Path model, ImportOptions options) {
    try {
      return CheckpointImporter.open(model, options);
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()), e);
    }
  }

  private static <T> T withModelFile(
      Path model, ImportOptions options, Function<ModelDefinition, T> use) {
    try (ModelFile file = ModelFile.open(model)) {
      return use.apply(changed(file.definition(), options));
    }
  }

  private static ModelDefinition changed(ModelDefinition definition, ImportOptions options) {
    try {
      return options.applyTo(definition);
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()), e);
    }
  }

  /** In memory, since no folder need be writable. */
  private static <T> T withDemo(ImportOptions options, Function<ModelDefinition, T> use) {
    try (ModelFile file = ModelFile.open(DEMO, demo())) {
      return use.apply(changed(file.definition(), options));
    }
  }

  private static byte[] demo() {
    try (InputStream resource = ModelSource.class.getResourceAsStream(DEMO)) {
      if (resource == null) {
        throw new IllegalStateException("the demo model is not in this jar: " + DEMO);
      }
      return resource.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
