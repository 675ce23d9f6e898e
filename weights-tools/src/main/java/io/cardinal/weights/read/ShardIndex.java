// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.weights.read;

import com.fasterxml.jackson.databind.JsonNode;
import io.cardinal.engine.ModelException;
import io.cardinal.engine.ModelException.Reason;
import io.cardinal.engine.safetensors.InputFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;

/** The index of a checkpoint in several files: recognised, and refused by name. */
final class ShardIndex {
  private static final int MAX_BYTES = 1 << 20;

  private ShardIndex() {}

  /** Refuses a file that is such an index; returns if it is something else. */
  static void refuse(InputFile file) {
    if (file.size() > MAX_BYTES) {
      return;
    }
    ByteBuffer bytes = ByteBuffer.allocate((int) file.size());
    file.read(0, bytes);
    JsonNode map = Json.parse(file.name(), bytes.array()).get("weight_map");
    if (map == null || !map.isObject()) {
      return;
    }
    TreeSet<String> shards = new TreeSet<>();
    map.forEach(shard -> shards.add(shard.asText()));
    for (String shard : shards) {
      if (!isThere(file.path(), shard)) {
        throw new ModelException(
            Reason.SHARD_MISSING,
            file.name() + " names a file that is not beside it",
            shard,
            "nothing",
            "fetch all " + shards.size() + " files");
      }
    }
    throw new ModelException(
        Reason.UNKNOWN_CONTAINER,
        file.name() + " is not of a kind that is read",
        "one file with all tensors",
        "the index of a sharded checkpoint in " + shards.size() + " files",
        "save it as one file");
  }

  /** Looks whether a plain name is a file beside the index; nothing is opened. */
  private static boolean isThere(Path index, String shard) {
    boolean isPlain = shard.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,200}");
    return isPlain && Files.isRegularFile(index.resolveSibling(shard));
  }
}
