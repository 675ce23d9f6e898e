// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.safetensors;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.cardinal.engine.ModelException;
import io.cardinal.engine.ModelException.Reason;
import io.cardinal.engine.tensor.DataType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The header of a safetensors file, parsed and checked.
 *
 * @param metadata what stands under {@code __metadata__}, in order
 * @param tensors by name, in order
 */
record SafetensorsHeader(Map<String, String> metadata, Map<String, Entry> tensors) {
  static final int MAX_ENTRIES = 32_768;
  static final int MAX_RANK = 8;
  static final int MAX_TEXT = 4 << 20;
  static final int MAX_NAME = 65_536;

  private static final String METADATA = "__metadata__";
  private static final Set<String> OTHER_TYPES =
      Set.of(
          "BOOL",
          "U8",
          "I8",
          "I16",
          "U16",
          "I32",
          "U32",
          "U64",
          "F4",
          "F6_E2M3",
          "F6_E3M2",
          "F8_E5M2",
          "F8_E4M3",
          "F8_E8M0",
          "F8_E4M3FNUZ",
          "F8_E5M2FNUZ",
          "C64");

  private static final JsonFactory JSON =
      ((JsonFactoryBuilder) JsonFactory.builder())
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(4)
                  .maxNumberLength(20)
                  .maxStringLength(MAX_TEXT)
                  .maxNameLength(MAX_NAME)
                  .build())
          .build();

  /** One tensor: its bytes are [begin, end) of the data behind the header. */
  record Entry(DataType type, List<Integer> shape, long begin, long end) {}

  /**
   * Parses a header.
   *
   * @param file the file's name, for messages
   * @param json the header's bytes
   * @param dataLength bytes behind the header
   */
  static SafetensorsHeader parse(String file, byte[] json, long dataLength) {
    int length = json.length;
    while (length > 0 && json[length - 1] == ' ') { // padding
      length--;
    }
    try (JsonParser parser = JSON.createParser(json, 0, length)) {
      Reader reader = new Reader(file, parser);
      SafetensorsHeader header = reader.read();
      reader.require(
          length > 0 && json[length - 1] == '}' && parser.nextToken() == null,
          "only spaces may stand behind the JSON",
          "");
      header.checkCover(file, dataLength);
      return header;
    } catch (IOException e) {
      throw new ModelException(
          Reason.CORRUPT,
          file + ": the safetensors header is no valid JSON",
          "",
          firstLine(e),
          "",
          e);
    }
  }

  private static String firstLine(IOException e) {
    String message = e.getMessage();
    return message == null ? "" : message.lines().findFirst().orElse("");
  }

  private void checkCover(String file, long dataLength) {
    List<Map.Entry<String, Entry>> sorted = new ArrayList<>(tensors.entrySet());
    sorted.sort(
        Comparator.comparingLong((Map.Entry<String, Entry> e) -> e.getValue().begin())
            .thenComparingLong(e -> e.getValue().end()));
    long at = 0;
    for (Map.Entry<String, Entry> named : sorted) {
      if (named.getValue().begin() != at) {
        throw new ModelException(
            Reason.CORRUPT,
            file + ": tensor " + named.getKey() + " leaves a hole or overlaps another",
            "data from byte " + at,
            Long.toString(named.getValue().begin()),
            "");
      }
      at = named.getValue().end();
    }
    if (at > dataLength) {
      throw new ModelException(
          Reason.TRUNCATED,
          file + " ends before its last tensor",
          at + " bytes of data",
          Long.toString(dataLength),
          "fetch the file again");
    } else if (at < dataLength) {
      throw new ModelException(
          Reason.CORRUPT,
          file + " has bytes that belong to no tensor",
          at + " bytes of data",
          Long.toString(dataLength),
          "");
    }
  }

  /** Walks through the JSON; nothing is kept but what the format allows. */
  private static final class Reader {
    private final String file;
    private final JsonParser parser;
    private final Map<String, String> metadata = new LinkedHashMap<>();
    private final Map<String, Entry> tensors = new LinkedHashMap<>();
    private boolean hasMetadata;

    Reader(String file, JsonParser parser) {
      this.file = file;
      this.parser = parser;
    }

    SafetensorsHeader read() throws IOException {
      expect(JsonToken.START_OBJECT, "the header");
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        if (name.equals(METADATA)) {
          require(!hasMetadata, METADATA + " stands twice", "");
          hasMetadata = true;
          readMetadata();
        } else {
          require(!tensors.containsKey(name), "tensor " + name + " stands twice", "");
          require(tensors.size() < MAX_ENTRIES, "more tensors than " + MAX_ENTRIES, "");
          tensors.put(name, readEntry(name));
        }
      }
      return new SafetensorsHeader(metadata, tensors);
    }

    private void readMetadata() throws IOException {
      expect(JsonToken.START_OBJECT, METADATA);
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        require(metadata.size() < MAX_ENTRIES, "more metadata than " + MAX_ENTRIES, "");
        expect(JsonToken.VALUE_STRING, METADATA + " " + name);
        require(
            metadata.put(name, parser.getText()) == null, METADATA + " has " + name + " twice", "");
      }
    }

    private Entry readEntry(String name) throws IOException {
      expect(JsonToken.START_OBJECT, "tensor " + name);
      DataType type = null;
      List<Integer> shape = null;
      List<Long> offsets = null;
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String field = parser.currentName();
        switch (field) {
          case "dtype" -> {
            require(type == null, "tensor " + name + " has two types", "");
            expect(JsonToken.VALUE_STRING, "the dtype of " + name);
            type = type(name, parser.getText());
          }
          case "shape" -> {
            require(shape == null, "tensor " + name + " has two shapes", "");
            List<Long> sizes = readNumbers("the shape of " + name, MAX_RANK, Integer.MAX_VALUE);
            shape = sizes.stream().map(Math::toIntExact).toList();
          }
          case "data_offsets" -> {
            require(offsets == null, "tensor " + name + " has offsets twice", "");
            offsets = readNumbers("the data_offsets of " + name, 2, Long.MAX_VALUE);
          }
          default -> throw corrupt("tensor " + name + " has an unknown field", field);
        }
      }
      return entry(name, type, shape, offsets);
    }

    private Entry entry(
        String name,
        @Nullable DataType type,
        @Nullable List<Integer> shape,
        @Nullable List<Long> offsets) {
      if (type == null || shape == null || offsets == null || offsets.size() != 2) {
        throw corrupt("tensor " + name + " lacks dtype, shape or both data_offsets", "");
      }
      long begin = offsets.get(0);
      long end = offsets.get(1);
      long bytes = type.bytes();
      try {
        for (int dimension : shape) {
          bytes = Math.multiplyExact(bytes, dimension);
        }
      } catch (ArithmeticException e) {
        throw corrupt("tensor " + name + " has an impossible shape", shape.toString());
      }
      if (end < begin || end - begin != bytes) {
        throw corrupt(
            "tensor " + name + " " + type + " " + shape + " must have " + bytes + " bytes",
            "data_offsets " + offsets);
      }
      return new Entry(type, shape, begin, end);
    }

    private List<Long> readNumbers(String what, int maxCount, long max) throws IOException {
      expect(JsonToken.START_ARRAY, what);
      List<Long> numbers = new ArrayList<>();
      while (parser.nextToken() == JsonToken.VALUE_NUMBER_INT) {
        require(numbers.size() < maxCount, what + " has more than " + maxCount + " numbers", "");
        JsonParser.NumberType kind = parser.getNumberType();
        require(
            kind != JsonParser.NumberType.BIG_INTEGER
                && parser.getLongValue() >= 0
                && parser.getLongValue() <= max,
            what + " must have numbers from 0 to " + max,
            parser.getText());
        numbers.add(parser.getLongValue());
      }
      require(
          parser.currentToken() == JsonToken.END_ARRAY,
          what + " must be whole numbers",
          String.valueOf(parser.currentToken()));
      return numbers;
    }

    private DataType type(String name, String text) {
      Optional<DataType> known = known(text);
      if (known.isEmpty() && OTHER_TYPES.contains(text)) {
        throw new ModelException(
            Reason.UNSUPPORTED_VARIANT,
            file + ": tensor " + name + " has a data type that is not read",
            "F64, F32, F16, BF16 or I64",
            text,
            "convert it to one of these");
      }
      return known.orElseThrow(() -> corrupt("tensor " + name + " has an unknown dtype", text));
    }

    private static Optional<DataType> known(String text) {
      for (DataType type : DataType.values()) {
        if (type.name().equals(text)) {
          return Optional.of(type);
        }
      }
      return Optional.empty();
    }

    private void expect(JsonToken token, String what) throws IOException {
      JsonToken found = parser.nextToken();
      require(found == token, what + " must be " + token, String.valueOf(found));
    }

    private void require(boolean condition, String what, String found) {
      if (!condition) {
        throw corrupt(what, found);
      }
    }

    private ModelException corrupt(String what, String found) {
      return new ModelException(
          Reason.CORRUPT, file + ": safetensors header: " + what, "", found, "");
    }
  }
}
