// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.weights;

import io.cardinal.engine.ModelException;
import io.cardinal.engine.ModelException.Reason;
import io.cardinal.engine.safetensors.InputFile;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads labels from a text file: one a line in class order, UTF-8. */
public final class LabelFile {
  private static final int MAX_BYTES = 16 << 20;
  private static final String BYTE_ORDER_MARK = "\ufeff";

  private LabelFile() {}

  /**
   * Reads a label file. A byte-order mark and empty lines at the end are left out.
   *
   * @param path the file
   * @return the labels in order
   * @throws ModelException if it is not UTF-8, too large, or has an empty line between others
   * @throws java.io.UncheckedIOException if it cannot be read
   */
  public static List<String> read(Path path) {
    try (InputFile file = InputFile.open(path)) {
      if (file.size() > MAX_BYTES) {
        throw refusal(file, "at most " + MAX_BYTES + " bytes", Long.toString(file.size()));
      }
      ByteBuffer bytes = ByteBuffer.allocate((int) file.size());
      file.read(0, bytes);
      String text;
      try {
        text = StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
      } catch (CharacterCodingException e) {
        throw refusal(file, "UTF-8 text", "other bytes");
      }
      if (text.startsWith(BYTE_ORDER_MARK)) {
        text = text.substring(1);
      }
      List<String> labels = new ArrayList<>();
      text.stripTrailing().lines().forEach(line -> labels.add(line.strip()));
      int empty = labels.indexOf("");
      if (labels.isEmpty() || empty >= 0) {
        throw refusal(file, "one label a line", "line " + (empty + 1) + " empty");
      }
      return List.copyOf(labels);
    }
  }

  private static ModelException refusal(InputFile file, String expected, String found) {
    return new ModelException(
        Reason.LABEL_COUNT, file.name() + " is no label file", expected, found, "");
  }
}
