// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli.output;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** The small JSON files of a run's folder. */
final class JsonFiles {
  private static final ObjectMapper JSON = new ObjectMapper();

  private JsonFiles() {}

  static ObjectNode object() {
    return JSON.createObjectNode();
  }

  /** An object of fields, whose numbers are as if they had been read. */
  static ObjectNode object(Map<String, Object> fields) {
    try {
      return parse(JSON.writeValueAsBytes(fields));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads an object; {@link IOException} for anything else. */
  static ObjectNode parse(byte[] bytes) throws IOException {
    if (JSON.readTree(bytes) instanceof ObjectNode object) {
      return object;
    }
    throw new IOException("no JSON object");
  }

  /** An object as text that can be read, its last line ended. */
  static byte[] write(ObjectNode node) {
    try {
      String text = JSON.writerWithDefaultPrettyPrinter().writeValueAsString(node) + "\n";
      return text.getBytes(StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
