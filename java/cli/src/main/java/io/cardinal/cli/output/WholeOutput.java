// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli.output;

import io.cardinal.Outcome;
import io.cardinal.engine.safetensors.AtomicFile;
import io.cardinal.engine.safetensors.FileLayer;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** All rows on standard output or in one file, vectors and quarantine beside them. */
final class WholeOutput extends RunOutput {
  private static final String QUARANTINE_LIST = "quarantine.csv";
  private static final long FLUSH_NANOSECONDS = 250_000_000L;

  private final FileLayer layer;
  private final OutputStream standardOutput;
  private final @Nullable Path out;
  private final @Nullable Path vectorsOut;
  private final ResultFormats formats;
  private final @Nullable Quarantine quarantine;
  private @Nullable Part part;
  private long flushed = System.nanoTime();

  /**
   * An output that is not open yet.
   *
   * @param standardOutput where the rows go if there is no file
   * @param out the rows' file, or null
   * @param vectorsOut the vectors' file, or null
   * @param quarantine what keeps failed inputs, or null; this output closes it
   */
  WholeOutput(
      FileLayer layer,
      OutputStream standardOutput,
      @Nullable Path out,
      @Nullable Path vectorsOut,
      ResultFormats formats,
      @Nullable Quarantine quarantine,
      ErrorLimit limit) {
    super(limit);
    this.layer = layer;
    this.standardOutput = standardOutput;
    this.out = out;
    this.vectorsOut = vectorsOut;
    this.formats = formats;
    this.quarantine = quarantine;
  }

  @Override
  public Optional<String> begin() {
    if (quarantine != null) {
      quarantine.checkEmpty();
      quarantine.begin(QUARANTINE_LIST);
    }
    part = new Part(layer, AtomicFile.PREFIX, standardOutput, out, vectorsOut, formats);
    return Optional.empty();
  }

  @Override
  public void finish() {
    Part all = part();
    all.force();
    all.files().forEach(OutputFile::commit);
    commitQuarantine();
  }

  @Override
  public void stop() {
    if (out == null) {
      part().finishRows();
    }
    commitQuarantine();
  }

  @Override
  @SuppressWarnings("try") // both are closed, whichever fails
  public void close() {
    try (Part all = part;
        Quarantine list = quarantine) {
      part = null;
    }
  }

  @Override
  void write(long row, String name, Outcome<?> outcome) {
    part().row(name, outcome);
  }

  @Override
  void quarantine(long row, String name, RuntimeException failure, Content content) {
    if (quarantine != null) {
      quarantine.add(row, name, failure, content);
    }
  }

  @Override
  void written(String name, Outcome<?> outcome) {
    if (out == null && System.nanoTime() - flushed > FLUSH_NANOSECONDS) { // somebody may wait
      part().flush();
      flushed = System.nanoTime();
    }
  }

  private void commitQuarantine() {
    if (quarantine != null) {
      quarantine.commit(true);
    }
  }

  private Part part() {
    return Objects.requireNonNull(part, "not begun, or closed");
  }
}
