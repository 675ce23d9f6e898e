// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.weights.read;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cardinal.engine.ModelException;
import io.cardinal.engine.ModelException.Reason;
import java.io.IOException;

/** Reads the JSON texts that lie beside checkpoints, within limits. */
public final class Json {
  private static final ObjectMapper MAPPER =
      new ObjectMapper(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(32)
                          .maxTokenCount(150_000) // each may become an object
                          .maxNumberLength(100)
                          .maxStringLength(1 << 20)
                          .maxNameLength(1 << 16)
                          .build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private Json() {}

  /**
   * Parses a text.
   *
   * @param name of its file, for messages
   * @throws ModelException if it is no JSON, too deep, or has a key twice
   */
  public static JsonNode parse(String name, byte[] text) {
    try {
      return MAPPER.readTree(text);
    } catch (IOException e) {
      String message = String.valueOf(e.getMessage());
      throw new ModelException(
          Reason.CORRUPT,
          name + " is no valid JSON",
          "",
          message.lines().findFirst().orElse(""),
          "",
          e);
    }
  }
}
