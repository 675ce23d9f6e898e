// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.weights.map;

import com.fasterxml.jackson.databind.JsonNode;
import io.cardinal.engine.ModelException;
import io.cardinal.engine.ModelException.Reason;
import io.cardinal.engine.safetensors.InputFile;
import io.cardinal.weights.read.Json;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The {@code config.json} that timm puts beside a checkpoint: preprocessing, labels, licence, and
 * the architecture's name. Its two forms are read, the flat one of old and the one with {@code
 * pretrained_cfg}.
 */
public final class TimmConfig {
  /** The file's name. */
  public static final String FILE = "config.json";

  private static final int MAX_BYTES = 4 << 20;

  /** Arguments of timm's constructor that change numbers without changing a key or a shape. */
  private static final Set<String> NUMERIC_ARGUMENTS =
      Set.of("aa_layer", "act_layer", "norm_layer", "output_stride", "replace_stem_pool");

  private final String file;
  private final JsonNode root;
  private final JsonNode settings;

  private TimmConfig(String file, JsonNode root) {
    this.file = file;
    this.root = root;
    JsonNode nested = root.path("pretrained_cfg");
    this.settings = nested.isObject() ? nested : root;
  }

  /**
   * The config beside a checkpoint, if there is one and it is timm's.
   *
   * @throws ModelException if it is no sound JSON
   */
  public static Optional<TimmConfig> beside(Path checkpoint) {
    Path path = checkpoint.resolveSibling(FILE);
    if (!Files.isRegularFile(path)) {
      return Optional.empty();
    }
    try (InputFile input = InputFile.open(path)) {
      if (input.size() > MAX_BYTES) {
        throw new ModelException(
            Reason.CORRUPT,
            path + " is too large",
            "at most " + MAX_BYTES + " bytes",
            Long.toString(input.size()),
            "move it away");
      }
      ByteBuffer bytes = ByteBuffer.allocate((int) input.size());
      input.read(0, bytes);
      JsonNode root = Json.parse(path.toString(), bytes.array());
      boolean isTimm = root.path("architecture").isTextual();
      return isTimm ? Optional.of(new TimmConfig(FILE, root)) : Optional.empty();
    }
  }

  /** timm's name of the architecture, such as {@code resnext50_32x4d}. */
  public String architecture() {
    return root.path("architecture").asText();
  }

  /** Refuses networks whose keys and shapes are those of a plain one, but whose numbers are not. */
  public void refuseHiddenVariants(String checkpoint) {
    HiddenVariants.refuse(checkpoint, "architecture in " + file, architecture());
    root.path("model_args")
        .fieldNames()
        .forEachRemaining(
            name -> {
              JsonNode value = root.path("model_args").path(name);
              if (NUMERIC_ARGUMENTS.contains(name) && !value.isNull()) {
                throw HiddenVariants.refusal(checkpoint, file, "model_args." + name + " " + value);
              }
            });
    String pool = root.path("global_pool").asText("avg");
    if (!pool.equals("avg")) {
      throw HiddenVariants.refusal(checkpoint, file, "global_pool " + pool);
    }
  }

  /** A number, or null where none is given. */
  public @Nullable Double number(String field) {
    JsonNode value = settings.path(field);
    if (value.isMissingNode() || value.isNull()) {
      return null;
    }
    if (!value.isNumber()) {
      throw impossible(field, "a number", value);
    }
    return value.doubleValue();
  }

  /** A text, or an empty one where none is given. */
  public String text(String field) {
    return settings.path(field).asText("");
  }

  /** Three numbers, or an empty list where none are given. */
  public List<Float> three(String field) {
    JsonNode value = settings.path(field);
    if (value.isMissingNode() || value.isNull()) {
      return List.of();
    }
    List<Float> numbers = new ArrayList<>();
    value.forEach(
        number -> {
          if (number.isNumber()) {
            numbers.add(number.floatValue());
          }
        });
    if (!value.isArray() || value.size() != 3 || numbers.size() != 3) {
      throw impossible(field, "three numbers", value);
    }
    return numbers;
  }

  /** The licence, or an empty text. */
  public String licence() {
    return text("license");
  }

  /** The classes' names as the config has them, WordNet ids or words; may be empty. */
  public List<String> labelNames() {
    JsonNode names = first("label_names", "labels");
    List<String> labels = new ArrayList<>();
    if (names.isArray()) {
      names.forEach(name -> labels.add(name.asText()));
    }
    return labels;
  }

  /** The description of a class, or an empty text. */
  public String description(String labelName) {
    return first("label_descriptions", "label_description").path(labelName).asText("");
  }

  private JsonNode first(String one, String other) {
    for (JsonNode place : List.of(root, settings)) {
      for (String field : List.of(one, other)) {
        if (place.hasNonNull(field)) {
          return place.path(field);
        }
      }
    }
    return root.path(one);
  }

  private ModelException impossible(String field, String expected, JsonNode found) {
    return new ModelException(
        Reason.CORRUPT,
        file + " has an impossible " + field,
        expected,
        found.toString(),
        "correct it, or move it away");
  }
}
