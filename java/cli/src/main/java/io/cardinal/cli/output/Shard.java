// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli.output;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a shard's statistics say.
 *
 * @param rows its rows
 * @param failures those that failed, by reason
 * @param first the first input's name
 * @param last the last input's name
 * @param namesDigest SHA-256 of the names of all inputs up to its last one, each in UTF-8 and ended
 *     by a zero byte
 * @param bytes length of the file of its rows
 * @param seconds from the end of the shard before it to its own
 */
record Shard(
    long rows,
    Map<String, Long> failures,
    String first,
    String last,
    String namesDigest,
    long bytes,
    double seconds) {
  /** Reads what {@link #toJson} wrote; {@link IOException} for anything else. */
  static Shard parse(byte[] json) throws IOException {
    JsonNode node = JsonFiles.parse(json);
    Map<String, Long> failures = new TreeMap<>();
    node.path("failures")
        .properties()
        .forEach(entry -> failures.put(entry.getKey(), entry.getValue().asLong()));
    Shard shard =
        new Shard(
            node.path("rows").asLong(),
            failures,
            node.path("first").asText(),
            node.path("last").asText(),
            node.path("names_sha256").asText(),
            node.path("bytes").asLong(-1),
            node.path("seconds").asDouble());
    if (shard.rows < 1 || shard.namesDigest.isEmpty() || shard.bytes < 0) {
      throw new IOException("no statistics of a shard");
    }
    return shard;
  }

  byte[] toJson() {
    ObjectNode node = JsonFiles.object();
    node.put("rows", rows);
    node.put("failed", failures.values().stream().mapToLong(Long::longValue).sum());
    failures.forEach(node.putObject("failures")::put);
    node.put("first", first);
    node.put("last", last);
    node.put("names_sha256", namesDigest);
    node.put("bytes", bytes);
    node.put("seconds", Math.round(seconds * 1e3) / 1e3);
    node.put("images_per_second", seconds > 0 ? Math.round(rows / seconds * 10) / 10.0 : 0);
    return JsonFiles.write(node);
  }
}
