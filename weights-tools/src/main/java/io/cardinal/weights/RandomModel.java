// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.weights;

import io.cardinal.engine.ModelDefinition;
import io.cardinal.engine.ModelFile;
import io.cardinal.engine.ModelMetadata;
import io.cardinal.engine.spec.Architecture;
import io.cardinal.engine.spec.Architectures;
import io.cardinal.engine.tensor.FormulaTensors;
import java.nio.file.Path;
import java.util.Map;

/**
 * Full-size networks without a download: every parameter follows from its name and a seed ({@link
 * FormulaTensors}). Their answers mean nothing.
 */
public final class RandomModel {
  private RandomModel() {}

  /**
   * The model of a known architecture.
   *
   * @param architecture one of {@link Architectures#all}
   * @param seed 0 gives the networks that the tests know the answers of
   * @return the model, its tensors made when they are read
   * @throws IllegalArgumentException if there is no such architecture
   */
  public static ModelDefinition of(String architecture, long seed) {
    Architecture known =
        Architectures.named(architecture)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "no architecture is called " + architecture + "; see: cardinal archs"));
    int classes = known.spec().classes();
    ModelMetadata labels =
        classes == ImageNetClasses.COUNT
            ? new ModelMetadata(
                ImageNetClasses.labels(), ImageNetClasses.ids(), "", "", "", Map.of())
            : ModelMetadata.unnamed(classes);
    return new ModelDefinition(
        known.name(),
        known.spec(),
        PreprocessingChoice.usual(known.spec().stem()),
        labels,
        "",
        FormulaTensors.of(known.spec(), seed));
  }

  /**
   * Writes the model file of a known architecture; the same arguments give the same bytes.
   *
   * @param architecture one of {@link Architectures#all}
   * @param seed as for {@link #of}
   * @param target the file to write
   * @throws IllegalArgumentException if there is no such architecture
   * @throws java.io.UncheckedIOException if the file cannot be written
   */
  public static void write(String architecture, long seed, Path target) {
    ModelFile.write(target, of(architecture, seed));
  }
}
