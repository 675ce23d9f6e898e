// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import io.cardinal.cli.inputs.Input;
import io.cardinal.cli.inputs.Inputs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Images with their true classes: from a folder whose subfolders are named by the classes, or from
 * a CSV with the columns {@code path} and {@code label}, whose paths are relative to the CSV.
 */
final class LabelledImages {
  private final List<Labelled> images = new ArrayList<>();
  private final Truths truths;
  private long otherFiles;

  private LabelledImages(Truths truths) {
    this.truths = truths;
  }

  /**
   * An image and its class.
   *
   * @param input the image
   * @param truth the class, from 0
   */
  record Labelled(Input input, int truth) {}

  /**
   * Reads a folder or a CSV; {@link UsageException} if it is neither, or states an unknown class.
   *
   * @param isFollowing whether links to folders inside a folder are followed
   */
  static LabelledImages of(String source, boolean isFollowing, Truths truths) {
    Path path = Path.of(source);
    LabelledImages labelled = new LabelledImages(truths);
    if (Files.isDirectory(path)) {
      labelled.readFolder(source, isFollowing);
    } else {
      labelled.readManifest(path);
    }
    if (labelled.images.isEmpty()) {
      throw new UsageException(
          "no image found in "
              + source
              + RunSummary.otherFiles(labelled.otherFiles)
              + "; expected DIR/LABEL/*.jpg, with --follow-links where they are links, or a CSV of path,label");
    }
    return labelled;
  }

  /** The images in order. */
  List<Labelled> images() {
    return Collections.unmodifiableList(images);
  }

  /** Files of a folder that are no images, links to folders that are not followed among them. */
  long otherFiles() {
    return otherFiles;
  }

  private void readFolder(String folder, boolean isFollowing) {
    int prefix = folder.endsWith("/") ? folder.length() : folder.length() + 1;
    try (Inputs inputs = Inputs.ofFolder(folder, isFollowing)) {
      while (inputs.hasNext()) {
        Input input = inputs.next();
        String inside = input.name().substring(Math.min(prefix, input.name().length()));
        int slash = inside.indexOf('/');
        if (slash < 0) {
          throw new UsageException(
              input.name() + " lies in no class's folder; expected " + folder + "/LABEL/IMAGE");
        }
        String label = inside.substring(0, slash);
        images.add(new Labelled(input, truths.classOf(label, "folder " + folder + "/" + label)));
      }
      otherFiles = inputs.otherFiles();
    }
  }

  private void readManifest(Path manifest) {
    Path parent = manifest.toAbsolutePath().getParent();
    try (CsvReader<NamedCsvRecord> csv =
        CsvReader.builder().detectBomHeader(true).ofNamedCsvRecord(manifest)) {
      for (NamedCsvRecord row : csv) {
        String where = manifest + " line " + row.getStartingLineNumber();
        String path = field(row, "path", where);
        Path file = parent == null ? Path.of(path) : parent.resolve(path);
        int truth = truths.classOf(field(row, "label", where), where);
        images.add(new Labelled(Input.of(path, file), truth));
      }
    } catch (IOException e) {
      throw new UsageException("cannot read " + Failures.describe(e), e);
    } catch (UncheckedIOException e) {
      throw new UsageException("cannot read " + Failures.message(e), e);
    } catch (CsvParseException e) {
      throw new UsageException(manifest + " is no CSV: " + e.getMessage(), e);
    }
  }

  private static String field(NamedCsvRecord row, String column, String where) {
    return row.findField(column)
        .filter(value -> !value.isEmpty())
        .orElseThrow(
            () ->
                new UsageException(
                    where
                        + ": expected a column '"
                        + column
                        + "' with a value, found "
                        + row.getFieldsAsMap()));
  }
}
