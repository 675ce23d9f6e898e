// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.safetensors;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cardinal.engine.tensor.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/** Writes safetensors files. */
public final class SafetensorsWriter {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int CHUNK = 1 << 18; // elements
  private static final int ALIGNMENT = 8;

  private SafetensorsWriter() {}

  /**
   * Writes a file as a whole, or leaves what is there untouched: the new file lies complete on disk
   * before it takes the target's name.
   *
   * <p>Each tensor keeps its data type; one that was read from a file keeps its bits. The same
   * arguments give the same bytes: tensors in the order given, metadata sorted, the data aligned to
   * 8 bytes. Tensors are streamed, none is held in memory.
   *
   * @throws UncheckedIOException if the file cannot be written
   * @throws IllegalArgumentException beyond the limits of {@link SafetensorsFile}
   */
  public static void write(
      Path target, Map<String, String> metadata, Map<String, ? extends Tensor> tensors) {
    try {
      AtomicFile.write(FileLayer.REAL, target, channel -> write(channel, metadata, tensors));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * As {@link #write(Path, Map, Map)}, to a channel, which stays open.
   *
   * @throws IOException if it cannot be written
   * @throws IllegalArgumentException beyond the limits of {@link SafetensorsFile}
   */
  public static void write(
      WritableByteChannel channel,
      Map<String, String> metadata,
      Map<String, ? extends Tensor> tensors)
      throws IOException {
    checkLimits(metadata, tensors.size());
    writeTo(channel, header(metadata, tensors), tensors);
  }

  private static void checkLimits(Map<String, String> metadata, int tensors) {
    boolean isLong =
        metadata.values().stream().anyMatch(v -> v.length() > SafetensorsHeader.MAX_TEXT);
    if (isLong || tensors > SafetensorsHeader.MAX_ENTRIES) {
      throw new IllegalArgumentException(
          "at most "
              + SafetensorsHeader.MAX_ENTRIES
              + " tensors and "
              + SafetensorsHeader.MAX_TEXT
              + " characters of metadata an entry can be read back");
    }
  }

  private static byte[] header(Map<String, String> metadata, Map<String, ? extends Tensor> tensors)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      if (!metadata.isEmpty()) {
        json.writeObjectField("__metadata__", new TreeMap<>(metadata));
      }
      long offset = 0;
      for (Map.Entry<String, ? extends Tensor> entry : tensors.entrySet()) {
        Tensor tensor = entry.getValue();
        long end =
            Math.addExact(offset, Math.multiplyExact(tensor.elements(), tensor.type().bytes()));
        json.writeObjectFieldStart(entry.getKey());
        json.writeStringField("dtype", tensor.type().name());
        json.writeObjectField("shape", tensor.shape());
        json.writeArrayFieldStart("data_offsets");
        json.writeNumber(offset);
        json.writeNumber(end);
        json.writeEndArray();
        json.writeEndObject();
        offset = end;
      }
      json.writeEndObject();
    }
    byte[] padded = Arrays.copyOf(bytes.toByteArray(), roundUp(bytes.size()));
    Arrays.fill(padded, bytes.size(), padded.length, (byte) ' ');
    if (padded.length > SafetensorsFile.MAX_HEADER) {
      throw new IOException("the header would have " + padded.length + " bytes");
    }
    return padded;
  }

  private static int roundUp(int size) {
    return (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  private static void writeTo(
      WritableByteChannel channel, byte[] header, Map<String, ? extends Tensor> tensors)
      throws IOException {
    ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    writeFully(channel, length.putLong(header.length).flip());
    writeFully(channel, ByteBuffer.wrap(header));
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    double[] values = new double[CHUNK];
    for (Tensor tensor : tensors.values()) {
      long elements = tensor.elements();
      for (long first = 0; first < elements; first += CHUNK) {
        int count = (int) Math.min(CHUNK, elements - first);
        chunk.clear().limit(count * tensor.type().bytes());
        if (tensor instanceof StoredTensor stored) {
          stored.readBytes(first, count, chunk);
        } else {
          tensor.read(first, values, count);
          Elements.encode(tensor.type(), values, count, chunk);
        }
        writeFully(channel, chunk.flip());
      }
    }
  }

  private static void writeFully(WritableByteChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
