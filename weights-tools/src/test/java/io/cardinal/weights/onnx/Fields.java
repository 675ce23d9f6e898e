// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.weights.onnx;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads a message of protocol buffers: the values of each field, in order. */
final class Fields {
  private final Map<Integer, List<Object>> values = new HashMap<>();

  Fields(ByteBuffer message) {
    ByteBuffer bytes = message.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      int tag = (int) varint(bytes);
      Object value =
          switch (tag & 7) {
            case 0 -> varint(bytes);
            case 2 -> nested(bytes, (int) varint(bytes));
            case 5 -> bytes.getFloat();
            default -> throw new AssertionError("wire type of tag " + tag);
          };
      values.computeIfAbsent(tag >>> 3, field -> new ArrayList<>()).add(value);
    }
  }

  List<Long> numbers(int field) {
    return all(field).stream().map(Long.class::cast).toList();
  }

  List<String> texts(int field) {
    return all(field).stream().map(value -> UTF_8.decode(slice(value)).toString()).toList();
  }

  List<Fields> messages(int field) {
    return all(field).stream().map(value -> new Fields(slice(value))).toList();
  }

  /** A message that is there once. */
  Fields message(int field) {
    List<Fields> found = messages(field);
    if (found.size() != 1) {
      throw new AssertionError("field " + field + " is there " + found.size() + " times");
    }
    return found.get(0);
  }

  String text(int field) {
    return String.join(" and ", texts(field));
  }

  float real(int field) {
    return (Float) all(field).get(0);
  }

  /** The elements of raw floats. */
  float[] floats(int field) {
    ByteBuffer bytes = slice(all(field).get(0)).order(ByteOrder.LITTLE_ENDIAN);
    float[] floats = new float[bytes.remaining() / Float.BYTES];
    bytes.asFloatBuffer().get(floats);
    return floats;
  }

  private List<Object> all(int field) {
    return values.getOrDefault(field, List.of());
  }

  private static ByteBuffer slice(Object value) {
    return ((ByteBuffer) value).duplicate();
  }

  private static ByteBuffer nested(ByteBuffer bytes, int length) {
    ByteBuffer nested = bytes.slice(bytes.position(), length);
    bytes.position(bytes.position() + length);
    return nested;
  }

  private static long varint(ByteBuffer bytes) {
    long value = 0;
    byte next = -1;
    for (int shift = 0; next < 0; shift += 7) {
      next = bytes.get();
      value |= (next & 0x7fL) << shift;
    }
    return value;
  }
}
