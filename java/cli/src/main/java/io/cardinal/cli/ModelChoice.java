// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option that names the model. */
final class ModelChoice {
  @Option(
      names = "--model",
      paramLabel = "FILE",
      description = {
        "a model file, or a checkpoint, which is imported into memory",
        "(default: the bundled demo model for 32-pixel CIFAR-10 classes)"
      })
  @Nullable Path model;
}
