// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.safetensors;

import io.cardinal.engine.ModelException;
import io.cardinal.engine.ModelException.Reason;
import io.cardinal.engine.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An open safetensors file: a bounded JSON header, then the tensors' bytes, little-endian and
 * row-major, without holes or overlaps.
 *
 * <p>Safe for use by several threads. The tensors read from the file on demand, until it is closed.
 * Every rule of the format is checked at opening; what breaks one is a {@link ModelException}.
 */
public final class SafetensorsFile implements AutoCloseable {
  /** Bytes that a header may have at most. */
  public static final int MAX_HEADER = 100_000_000;

  private static final byte[] LFS_POINTER =
      "version https://git-lfs.github.com/spec/".getBytes(StandardCharsets.US_ASCII);

  private final InputFile file;
  private final Map<String, String> metadata;
  private final Map<String, Tensor> tensors;

  private SafetensorsFile(
      InputFile file, Map<String, String> metadata, Map<String, Tensor> tensors) {
    this.file = file;
    this.metadata = Collections.unmodifiableMap(metadata);
    this.tensors = Collections.unmodifiableMap(tensors);
  }

  /**
   * Opens a file and checks its header.
   *
   * @throws ModelException if it is no sound safetensors file
   * @throws java.io.UncheckedIOException if it cannot be read
   */
  public static SafetensorsFile open(Path path) {
    InputFile file = InputFile.open(path);
    try {
      return open(file);
    } catch (Throwable e) {
      file.close();
      throw e;
    }
  }

  /** As {@link #open(Path)}, on a file that is open already and is closed with this. */
  public static SafetensorsFile open(InputFile file) {
    refusePlaceholder(file);
    int length = headerLength(file);
    ByteBuffer json = ByteBuffer.allocate(length);
    file.read(Long.BYTES, json);
    long dataStart = Long.BYTES + (long) length;
    SafetensorsHeader header =
        SafetensorsHeader.parse(file.name(), json.array(), file.size() - dataStart);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    header
        .tensors()
        .forEach(
            (name, entry) ->
                tensors.put(
                    name,
                    new SafetensorsTensor(
                        file, dataStart + entry.begin(), entry.type(), entry.shape())));
    return new SafetensorsFile(file, header.metadata(), tensors);
  }

  /**
   * Refuses an empty file and a Git LFS pointer, which stand in place of any kind of weights.
   *
   * @throws ModelException if the file is one of them
   */
  public static void refusePlaceholder(InputFile file) {
    if (file.size() == 0) {
      throw new ModelException(
          Reason.EMPTY, file.name() + " is empty", "", "", "fetch the file again");
    }
    ByteBuffer start = ByteBuffer.allocate((int) Math.min(LFS_POINTER.length, file.size()));
    file.read(0, start);
    if (start.flip().equals(ByteBuffer.wrap(LFS_POINTER))) {
      throw new ModelException(
          Reason.LFS_POINTER,
          file.name() + " is a Git LFS pointer",
          "the weights themselves",
          "a text of " + file.size() + " bytes that names them",
          "fetch them with: git lfs pull");
    }
  }

  /** The file's free-form metadata; empty if it has none. */
  public Map<String, String> metadata() {
    return metadata;
  }

  /** The tensors by name, in the order of the header. */
  public Map<String, Tensor> tensors() {
    return tensors;
  }

  /** The file itself. */
  public InputFile file() {
    return file;
  }

  /** Closes the file; its tensors cannot be read afterwards. */
  @Override
  public void close() {
    file.close();
  }

  private static int headerLength(InputFile file) {
    ByteBuffer start = ByteBuffer.allocate((int) Math.min(9, file.size()));
    file.read(0, start);
    start.flip().order(ByteOrder.LITTLE_ENDIAN);
    boolean isJson = start.limit() == 9 && start.get(8) == '{';
    if (start.limit() < Long.BYTES) {
      throw new ModelException(
          Reason.TRUNCATED,
          file.name() + " is too short for a safetensors file",
          "at least 8 bytes",
          Long.toString(file.size()),
          "fetch the file again");
    }
    long length = start.getLong(0);
    if (!isJson && (length < 1 || length > MAX_HEADER || file.size() > Long.BYTES)) {
      throw new ModelException(
          Reason.UNKNOWN_CONTAINER,
          file.name() + " is no safetensors file",
          "a length of at most " + MAX_HEADER + " and a JSON header that begins with {",
          "other bytes",
          "");
    }
    if (length < 1 || length > MAX_HEADER) {
      throw new ModelException(
          Reason.CORRUPT,
          file.name() + " claims an impossible safetensors header",
          "1 to " + MAX_HEADER + " bytes",
          Long.toUnsignedString(length),
          "");
    }
    if (length > file.size() - Long.BYTES) {
      throw new ModelException(
          Reason.TRUNCATED,
          file.name() + " ends inside its safetensors header",
          length + " bytes of header",
          Long.toString(file.size() - Long.BYTES),
          "fetch the file again");
    }
    return (int) length;
  }
}
