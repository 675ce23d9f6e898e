// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli.output;

import java.io.IOException;
import java.util.Optional;

/**
 * A file format of vectors.
 *
 * @param name what it is called on the command line; its files' names end so
 * @param opener what writes the vectors
 */
record VectorFormat(String name, Opener opener) {
  /** Begins vectors of so many numbers; the file is the caller's to close. */
  interface Opener {
    Vectors open(OutputFile file, int columns) throws IOException;
  }

  /** The format of that name, if there is one. */
  static Optional<VectorFormat> named(String name) {
    return switch (name) {
      case "npy" -> Optional.of(new VectorFormat(name, NpyVectors::new));
      case ParquetFormat.NAME -> {
        ParquetFormat parquet = ParquetFormat.find();
        yield Optional.of(
            new VectorFormat(name, (file, columns) -> parquet.vectors(file.stream())));
      }
      default -> Optional.empty();
    };
  }
}
