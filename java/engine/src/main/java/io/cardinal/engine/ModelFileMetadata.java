// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cardinal.engine.ModelException.Reason;
import io.cardinal.engine.spec.Preprocessing;
import io.cardinal.engine.spec.Preprocessing.CropMode;
import io.cardinal.engine.spec.Preprocessing.Interpolation;
import io.cardinal.engine.spec.ResNeXtSpec;
import io.cardinal.engine.spec.Stem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The entries {@code cardinal.*} of a model file's metadata, to and from what they mean.
 *
 * <p>What changes numbers is always stated: an absent or unknown value is refused, never assumed.
 */
record ModelFileMetadata(
    String name, ResNeXtSpec spec, Preprocessing preprocessing, ModelMetadata metadata) {
  static final String FORMAT = "cardinal.format";

  private static final int FORMAT_VERSION = 1;
  private static final String ARCHITECTURE = "cardinal.architecture";
  private static final String PREPROCESSING = "cardinal.preprocessing";
  private static final String LABELS = "cardinal.labels";
  private static final String LABEL_IDS = "cardinal.label_ids";
  private static final String SOURCE = "cardinal.source";
  private static final String LICENCE = "cardinal.licence";
  private static final String ACCURACY = "cardinal.accuracy";
  private static final String REMEDY = "import the checkpoint again";

  private static final ObjectMapper JSON =
      new ObjectMapper(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(8)
                          .maxNumberLength(40)
                          .maxStringLength(1 << 16)
                          .build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  static Map<String, String> write(ModelDefinition model) {
    Map<String, String> entries = new TreeMap<>();
    entries.put(FORMAT, Integer.toString(FORMAT_VERSION));
    entries.put(ARCHITECTURE, architecture(model.name(), model.spec()).toString());
    entries.put(PREPROCESSING, JSON.valueToTree(model.preprocessing().fields()).toString());
    ModelMetadata metadata = model.metadata();
    entries.put(LABELS, JSON.valueToTree(metadata.labels()).toString());
    if (!metadata.labelIds().isEmpty()) {
      entries.put(LABEL_IDS, JSON.valueToTree(metadata.labelIds()).toString());
    }
    if (!metadata.sourceName().isEmpty()) {
      ObjectNode source = JSON.createObjectNode().put("file", metadata.sourceName());
      entries.put(SOURCE, source.put("sha256", metadata.sourceSha256()).toString());
    }
    if (!metadata.licence().isEmpty()) {
      entries.put(LICENCE, metadata.licence());
    }
    if (!metadata.accuracy().isEmpty()) {
      entries.put(ACCURACY, JSON.valueToTree(new TreeMap<>(metadata.accuracy())).toString());
    }
    return entries;
  }

  private static ObjectNode architecture(String name, ResNeXtSpec spec) {
    ObjectNode json = JSON.createObjectNode().put("name", name);
    spec.blocks().forEach(json.putArray("blocks")::add);
    return json.put("cardinality", spec.cardinality())
        .put("base_width", spec.baseWidth())
        .put("stem", spec.stem().kernelName())
        .put("stem_channels", spec.stemChannels())
        .put("stem_pool", stemPool(spec.stem()))
        .put("first_output", spec.firstOutput())
        .put("classes", spec.classes())
        .put("epsilon", spec.epsilon());
  }

  private static String stemPool(Stem stem) {
    return stem == Stem.CONV7X7_POOL ? "max3x3s2p1" : "none";
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  /**
   * Reads the entries.
   *
   * @param file the file's name, for messages
   */
  static ModelFileMetadata read(String file, Map<String, String> entries) {
    return new Reader(file, entries).read();
  }

  /** Reads the entries of one file. */
  private static final class Reader {
    private final String file;
    private final Map<String, String> entries;

    Reader(String file, Map<String, String> entries) {
      this.file = file;
      this.entries = entries;
    }

    ModelFileMetadata read() {
      checkFormat();
      Node architecture = required(ARCHITECTURE);
      ResNeXtSpec spec;
      Preprocessing preprocessing;
      try {
        spec = spec(architecture);
        preprocessing = preprocessing(required(PREPROCESSING));
      } catch (IllegalArgumentException e) {
        throw corrupt(
            "describes an impossible network or input", "", String.valueOf(e.getMessage()));
      }
      return new ModelFileMetadata(
          architecture.text("name"), spec, preprocessing, metadata(spec.classes()));
    }

    private void checkFormat() {
      String format = entries.get(FORMAT);
      if (format == null) {
        throw new ModelException(
            Reason.UNKNOWN_CONTAINER,
            file + " is a safetensors file, but no Cardinal model file",
            "metadata " + FORMAT,
            "none",
            "import it first: cardinal weights import");
      }
      if (!format.matches("[1-9][0-9]{0,8}")) {
        throw corrupt("has an impossible " + FORMAT, "a version number", format);
      }
      if (Integer.parseInt(format) > FORMAT_VERSION) {
        throw new ModelException(
            Reason.NEWER_FORMAT,
            file + " is of a newer format",
            "at most format " + FORMAT_VERSION,
            "format " + format,
            "update Cardinal, or import the checkpoint with this version");
      }
    }

    private ResNeXtSpec spec(Node json) {
      String stemName = json.text("stem");
      Stem stem = null;
      for (Stem known : Stem.values()) {
        if (known.kernelName().equals(stemName)) {
          stem = known;
        }
      }
      if (stem == null || !json.text("stem_pool").equals(stemPool(stem))) {
        throw new ModelException(
            Reason.UNSUPPORTED_VARIANT,
            file + " has a stem that is not known",
            "7x7 with max3x3s2p1, or 3x3 with none",
            stemName + " with " + json.text("stem_pool"),
            "update Cardinal");
      }
      List<Integer> blocks = new ArrayList<>();
      for (JsonNode count : json.array("blocks")) {
        blocks.add(json.whole("blocks", count));
      }
      return new ResNeXtSpec(
          blocks,
          json.whole("cardinality"),
          json.whole("base_width"),
          stem,
          json.whole("stem_channels"),
          json.whole("first_output"),
          json.whole("classes"),
          json.real("epsilon"));
    }

    private Preprocessing preprocessing(Node json) {
      JsonNode size = json.array("input_size");
      if (size.size() != 3 || json.whole("input_size", size.get(0)) != ResNeXtSpec.INPUT_CHANNELS) {
        throw corrupt("has an impossible input_size", "[3, height, width]", size.toString());
      }
      return new Preprocessing(
          json.whole("input_size", size.get(1)),
          json.whole("input_size", size.get(2)),
          json.has("resize") ? OptionalInt.of(json.whole("resize")) : OptionalInt.empty(),
          json.real("crop_pct"),
          constant(json, "crop_mode", CropMode.values()),
          constant(json, "interpolation", Interpolation.values()),
          json.floats("mean"),
          json.floats("std"));
    }

    private <T extends Enum<T>> T constant(Node json, String field, T[] values) {
      String text = json.text(field);
      List<String> names = new ArrayList<>();
      for (T value : values) {
        names.add(lower(value));
        if (lower(value).equals(text)) {
          return value;
        }
      }
      throw new ModelException(
          Reason.UNSUPPORTED_VARIANT,
          file + " has an unknown " + field,
          String.join(" or ", names),
          text,
          "update Cardinal");
    }

    private ModelMetadata metadata(int classes) {
      List<String> labels = required(LABELS).strings();
      List<String> ids = entries.containsKey(LABEL_IDS) ? required(LABEL_IDS).strings() : List.of();
      if (labels.size() != classes || (!ids.isEmpty() && ids.size() != classes)) {
        throw new ModelException(
            Reason.LABEL_COUNT,
            file + ": the labels do not fit the network",
            classes + " labels, one a class",
            labels.size() + " labels" + (ids.isEmpty() ? "" : " and " + ids.size() + " ids"),
            REMEDY);
      }
      Node source = entries.containsKey(SOURCE) ? required(SOURCE) : null;
      Map<String, Double> accuracy = new HashMap<>();
      if (entries.containsKey(ACCURACY)) {
        Node json = required(ACCURACY);
        json.json.fieldNames().forEachRemaining(name -> accuracy.put(name, json.real(name)));
      }
      return new ModelMetadata(
          labels,
          ids,
          source == null ? "" : source.text("file"),
          source == null ? "" : source.text("sha256"),
          entries.getOrDefault(LICENCE, ""),
          accuracy);
    }

    private Node required(String entry) {
      String text = entries.get(entry);
      if (text == null) {
        throw corrupt("lacks metadata " + entry, "", "");
      }
      try {
        return new Node(entry, JSON.readTree(text));
      } catch (JsonProcessingException e) {
        throw corrupt("has invalid JSON in " + entry, "", e.getOriginalMessage());
      }
    }

    private ModelException corrupt(String what, String expected, String found) {
      return new ModelException(Reason.CORRUPT, file + " " + what, expected, found, REMEDY);
    }

    /** The JSON of one entry. */
    private final class Node {
      private final String entry;
      private final JsonNode json;

      Node(String entry, JsonNode json) {
        this.entry = entry;
        this.json = json;
      }

      boolean has(String field) {
        return json.hasNonNull(field);
      }

      String text(String field) {
        JsonNode value = json.get(field);
        check(value != null && value.isTextual(), field, "a text", value);
        return json.path(field).asText();
      }

      int whole(String field) {
        return whole(field, json.get(field));
      }

      int whole(String field, @Nullable JsonNode value) {
        if (value == null || !value.isIntegralNumber() || !value.canConvertToInt()) {
          throw wrong(field, "a whole number", value);
        }
        return value.intValue();
      }

      double real(String field) {
        JsonNode value = json.get(field);
        if (value == null || !value.isNumber()) {
          throw wrong(field, "a number", value);
        }
        return value.doubleValue();
      }

      JsonNode array(String field) {
        JsonNode value = json.get(field);
        if (value == null || !value.isArray()) {
          throw wrong(field, "an array", value);
        }
        return value;
      }

      List<Float> floats(String field) {
        List<Float> values = new ArrayList<>();
        for (JsonNode value : array(field)) {
          check(value.isNumber(), field, "numbers", value);
          values.add(value.floatValue());
        }
        return values;
      }

      List<String> strings() {
        check(json.isArray(), "it", "an array", json);
        List<String> values = new ArrayList<>();
        for (JsonNode value : json) {
          check(value.isTextual(), "it", "texts", value);
          values.add(value.asText());
        }
        return values;
      }

      private void check(boolean ok, String field, String expected, @Nullable JsonNode found) {
        if (!ok) {
          throw wrong(field, expected, found);
        }
      }

      private ModelException wrong(String field, String expected, @Nullable JsonNode found) {
        String text = found == null ? "nothing" : found.toString();
        return corrupt(
            "has an impossible " + entry + " (" + field + ")",
            expected,
            text.length() > 80 ? text.substring(0, 80) + "..." : text);
      }
    }
  }
}
