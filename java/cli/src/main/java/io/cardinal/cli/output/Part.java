// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli.output;

import io.cardinal.Outcome;
import io.cardinal.engine.safetensors.FileLayer;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rows, and the vectors where they are wanted, of a run or of one shard of it. */
final class Part implements AutoCloseable {
  private final List<OutputFile> files = new ArrayList<>(); // that of the rows last
  private final String target;
  private final Rows rows;
  private final @Nullable Vectors vectors;
  private final @Nullable Path vectorsTarget;

  /**
   * Begins both.
   *
   * @param prefix how hidden names begin
   * @param standardOutput where the rows go if they have no file
   * @param rowsTarget the rows' file, or null
   * @param vectorsTarget the vectors' file, or null
   */
  Part(
      FileLayer layer,
      String prefix,
      OutputStream standardOutput,
      @Nullable Path rowsTarget,
      @Nullable Path vectorsTarget,
      ResultFormats formats) {
    this.target = rowsTarget == null ? OutputException.STANDARD_OUTPUT : rowsTarget.toString();
    this.vectorsTarget = vectorsTarget;
    try {
      VectorFormat format = formats.vectors();
      if (format != null && vectorsTarget != null) {
        OutputFile file = OutputFile.create(layer, vectorsTarget, prefix);
        files.add(file);
        vectors =
            OutputException.get(vectorsTarget, () -> format.opener().open(file, formats.columns()));
      } else {
        vectors = null;
      }
      OutputStream stream = standardOutput;
      if (rowsTarget != null) {
        OutputFile file = OutputFile.create(layer, rowsTarget, prefix);
        files.add(file);
        stream = file.stream();
      }
      OutputStream out = stream;
      rows = OutputException.get(target, () -> formats.rows().opener().open(out, formats.style()));
      OutputException.run(target, rows::begin);
    } catch (Throwable e) {
      close(files);
      throw e;
    }
  }

  void row(String name, Outcome<?> outcome) {
    OutputException.run(target, () -> rows.row(name, outcome));
    if (vectors != null && vectorsTarget != null) {
      OutputException.run(vectorsTarget, () -> vectors.row(name, outcome.features().orElse(null)));
    }
  }

  /** Hands the rows on, as far as they are written. */
  void flush() {
    OutputException.run(target, rows::flush);
  }

  /** Ends rows that have no file: what was written can stand alone. */
  void finishRows() {
    OutputException.run(target, rows::finish);
  }

  /** Ends both and forces their files to disk, which keep their hidden names. */
  void force() {
    if (vectors != null && vectorsTarget != null) {
      OutputException.run(vectorsTarget, vectors::finish);
    }
    finishRows();
    files.forEach(OutputFile::force);
  }

  /** The files, that of the rows last, if they have one. */
  List<OutputFile> files() {
    return Collections.unmodifiableList(files);
  }

  @Override
  public void close() {
    close(files);
  }

  @SuppressWarnings("try")
  private static void close(List<OutputFile> files) {
    if (!files.isEmpty()) {
      try (OutputFile first = files.get(0)) { // closed whatever happens to the others
        close(files.subList(1, files.size()));
      }
    }
  }
}
