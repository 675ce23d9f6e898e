// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli.output;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import io.cardinal.cli.Failures;
import io.cardinal.cli.UsageException;
import io.cardinal.engine.safetensors.AtomicFile;
import io.cardinal.engine.safetensors.FileLayer;
import io.cardinal.image.ImageException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Keeps failed inputs apart: a list of them, and copies of the files if the target is a folder.
 * Only what could be read and was refused is copied. A copy is called by its row's number and the
 * end of its name, letters, digits, dots and dashes only: no name clashes with another, or leads
 * out of the folder. Used on one thread.
 */
final class Quarantine implements AutoCloseable {
  private static final int LONGEST_NAME = 100;
  private static final int PIECE_BYTES = 1 << 16;

  private final FileLayer layer;
  private final Path target;
  private final boolean hasCopies;
  private Path list;
  private @Nullable OutputFile file;
  private @Nullable CsvWriter csv;

  /** A list if the name ends in {@code .csv}, else a folder. */
  Quarantine(FileLayer layer, Path target) {
    this.layer = layer;
    this.target = target;
    this.hasCopies = !isList(target);
    this.list = target;
  }

  /** Whether a target is that of a list without copies. */
  static boolean isList(Path target) {
    return target.toString().endsWith(".csv") && !Files.isDirectory(target);
  }

  /** Refuses a folder that has something in it, which would be mixed up with what comes. */
  void checkEmpty() {
    if (hasCopies) {
      List<String> names = OutputException.get(target, () -> layer.names(target));
      if (!names.isEmpty()) {
        throw new UsageException(
            "--quarantine takes an empty folder, or one that is not there yet: "
                + target
                + " has "
                + names.get(0));
      }
    }
  }

  /** Begins a list of that name, if the target is a folder. */
  void begin(String listName) {
    list = hasCopies ? target.resolve(listName) : target;
  }

  /** Deletes what an earlier run has left half done: hidden files, and the list of that name. */
  void cleanUp(String listName) {
    for (String name : OutputException.get(target, () -> layer.names(target))) {
      if (name.equals(listName) || AtomicFile.isTemporary(name, AtomicFile.PREFIX)) {
        OutputException.run(target, () -> layer.delete(target.resolve(name)));
      }
    }
  }

  /** Adds an input to the list, and its copy if there is to be one. */
  void add(long row, String name, RuntimeException failure, RunOutput.Content content) {
    String copy = hasCopies && failure instanceof ImageException ? copy(row, name, content) : "";
    CsvWriter writer = open();
    OutputException.run(
        list,
        () -> writer.writeRecord(name, Failures.reason(failure), Failures.message(failure), copy));
  }

  /**
   * Gives the list its name for good.
   *
   * @param isEmptyOneWanted whether there is a list even if nothing failed
   */
  void commit(boolean isEmptyOneWanted) {
    if (isEmptyOneWanted) {
      open();
    }
    CsvWriter writer = csv;
    OutputFile written = file;
    if (writer != null && written != null) {
      OutputException.run(list, writer::flush);
      written.commit();
      close();
    }
  }

  @Override
  public void close() {
    OutputFile unfinished = file;
    csv = null;
    file = null;
    if (unfinished != null) {
      unfinished.close();
    }
  }

  private CsvWriter open() {
    CsvWriter opened = csv;
    if (opened == null) {
      makeFolder();
      OutputFile created = OutputFile.create(layer, list);
      file = created;
      opened =
          CsvWriter.builder()
              .lineDelimiter(LineDelimiter.LF)
              .build(new OutputStreamWriter(created.stream(), StandardCharsets.UTF_8));
      csv = opened;
      CsvWriter header = opened;
      OutputException.run(list, () -> header.writeRecord("path", "error", "message", "copy"));
    }
    return opened;
  }

  /** Copies what can be read again, of any size; gives the copy's name, or nothing. */
  private String copy(long row, String name, RunOutput.Content content) {
    String copy = String.format(Locale.ROOT, "%09d-%s", row, flat(name));
    try (InputStream in = content.open()) {
      makeFolder();
      try (OutputFile file = OutputFile.create(layer, target.resolve(copy))) {
        for (byte[] piece = next(in); piece.length > 0; piece = next(in)) {
          RunFolder.write(file, piece);
        }
        file.commit();
      }
      return copy;
    } catch (IOException | UncheckedIOException | ImageException e) {
      return ""; // it was never read, or went away meanwhile: the list says what was wrong
    }
  }

  private static byte[] next(InputStream in) throws IOException {
    return in.readNBytes(PIECE_BYTES);
  }

  private void makeFolder() {
    if (hasCopies) {
      OutputException.run(target, () -> layer.createFolder(target));
    }
  }

  /** The end of a name, without anything that a file system or a shell may take amiss. */
  static String flat(String name) {
    String last = name.substring(name.lastIndexOf('/') + 1);
    String end = last.substring(Math.max(0, last.length() - LONGEST_NAME));
    return end.replaceAll("[^A-Za-z0-9._-]", "_");
  }
}
