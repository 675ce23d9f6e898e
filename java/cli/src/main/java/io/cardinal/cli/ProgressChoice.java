// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The option that says how progress is shown. */
final class ProgressChoice {
  @Option(
      names = "--progress",
      paramLabel = "KIND",
      defaultValue = "auto",
      converter = KindConverter.class,
      description = "auto, bar, plain or none, on standard error (default: ${DEFAULT-VALUE})")
  Progress.Kind kind = Progress.Kind.AUTO;

  /** Reads a kind of progress. */
  static final class KindConverter implements ITypeConverter<Progress.Kind> {
    @Override
    public Progress.Kind convert(String value) {
      for (Progress.Kind kind : Progress.Kind.values()) {
        if (kind.toString().equals(value)) {
          return kind;
        }
      }
      throw new TypeConversionException("expected auto, bar, plain or none, not '" + value + "'");
    }
  }
}
