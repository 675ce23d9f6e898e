// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.weights.onnx;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.cardinal.engine.graph.Parameter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * A message of protocol buffers as its fields, in the order of the calls; a field number may come
 * several times. A length stands before each nested message, so that all lengths are known before
 * anything is written; weights are read only then.
 */
final class Message {
  private static final int VARINT = 0;
  private static final int LENGTH_DELIMITED = 2;
  private static final int FIXED_32 = 5;
  private static final int CHUNK = 1 << 16; // elements

  private final List<Part> parts = new ArrayList<>();
  private ByteArrayOutputStream tail = new ByteArrayOutputStream();
  private long bytes;

  /** Some of the bytes. */
  private interface Part {
    void writeTo(WritableByteChannel channel) throws IOException;
  }

  Message number(int field, long value) {
    tag(field, VARINT);
    varint(value);
    return this;
  }

  Message real(int field, float value) {
    tag(field, FIXED_32);
    for (int shift = 0; shift < Float.SIZE; shift += Byte.SIZE) {
      put(Float.floatToIntBits(value) >>> shift);
    }
    return this;
  }

  Message text(int field, String text) {
    byte[] utf8 = text.getBytes(UTF_8);
    tag(field, LENGTH_DELIMITED);
    varint(utf8.length);
    tail.writeBytes(utf8);
    bytes += utf8.length;
    return this;
  }

  Message message(int field, Message nested) {
    tag(field, LENGTH_DELIMITED);
    varint(nested.bytes);
    nested.endPart();
    endPart();
    parts.addAll(nested.parts);
    bytes += nested.bytes;
    return this;
  }

  /** All elements of a parameter as bytes: floats, row-major, little-endian. */
  Message floats(int field, Parameter parameter) {
    long length = (long) Float.BYTES * parameter.rows() * parameter.rowLength();
    tag(field, LENGTH_DELIMITED);
    varint(length);
    endPart();
    parts.add(channel -> writeFloats(parameter, channel));
    bytes += length;
    return this;
  }

  long bytes() {
    return bytes;
  }

  void writeTo(WritableByteChannel channel) throws IOException {
    for (Part part : parts) {
      part.writeTo(channel);
    }
    writeFully(channel, ByteBuffer.wrap(tail.toByteArray()));
  }

  private void tag(int field, int wireType) {
    varint(field << 3 | wireType);
  }

  /** Seven bits a byte, the lowest first; the eighth says that more follow. */
  private void varint(long value) {
    long rest = value;
    while ((rest & -0x80) != 0) {
      put((int) rest | 0x80);
      rest >>>= 7;
    }
    put((int) rest);
  }

  private void put(int lowestByte) {
    tail.write(lowestByte);
    bytes++;
  }

  private void endPart() {
    if (tail.size() > 0) {
      byte[] done = tail.toByteArray();
      parts.add(channel -> writeFully(channel, ByteBuffer.wrap(done)));
      tail = new ByteArrayOutputStream();
    }
  }

  private static void writeFloats(Parameter parameter, WritableByteChannel channel)
      throws IOException {
    int length = parameter.rowLength();
    int most = Math.max(1, CHUNK / length);
    double[] values = new double[most * length];
    ByteBuffer chunk =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int row = 0; row < parameter.rows(); row += most) {
      int count = Math.min(most, parameter.rows() - row);
      parameter.readRows(row, count, values);
      chunk.clear();
      for (int i = 0; i < count * length; i++) {
        chunk.putFloat((float) values[i]);
      }
      writeFully(channel, chunk.flip());
    }
  }

  private static void writeFully(WritableByteChannel channel, ByteBuffer content)
      throws IOException {
    ByteBuffer rest = content.duplicate();
    while (rest.hasRemaining()) {
      channel.write(rest);
    }
  }
}
