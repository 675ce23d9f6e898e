// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.weights.read;

import io.cardinal.engine.ModelException;
import io.cardinal.engine.ModelException.Reason;
import io.cardinal.engine.safetensors.InputFile;
import io.cardinal.engine.safetensors.SafetensorsFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** The containers that are read, and the recognition of those and others by their first bytes. */
enum Container {
  /** What {@code torch.save} writes since 1.6, and other zip archives. */
  ZIP,
  /** What {@code torch.save} wrote before: pickles, then raw storages. */
  TORCH_LEGACY,
  /** A JSON header, then the tensors. */
  SAFETENSORS;

  private static final int WINDOW = 4096;
  private static final int TAR_MAGIC = 257;
  private static final byte[] LEGACY_MAGIC = {
    (byte) 0x80,
    2,
    (byte) 0x8a,
    0x0a,
    0x6c,
    (byte) 0xfc,
    (byte) 0x9c,
    0x46,
    (byte) 0xf9,
    0x20,
    0x6a,
    (byte) 0xa8,
    0x50,
    0x19,
    '.'
  };

  /**
   * The container of a file.
   *
   * @throws ModelException for one that is not read, saying which it is
   */
  static Container of(InputFile file) {
    SafetensorsFile.refusePlaceholder(file);
    ByteBuffer start =
        ByteBuffer.allocate((int) Math.min(WINDOW, file.size())).order(ByteOrder.LITTLE_ENDIAN);
    file.read(0, start);
    start.flip();
    if (begins(start, 'P', 'K', 3, 4)) {
      return ZIP;
    } else if (begins(start, LEGACY_MAGIC)) {
      return TORCH_LEGACY;
    } else if (start.limit() > 8
        && start.get(8) == '{'
        && Long.compareUnsigned(start.getLong(0), SafetensorsFile.MAX_HEADER) <= 0) {
      return SAFETENSORS;
    }
    if (start.get(0) == '{') {
      ShardIndex.refuse(file);
    }
    throw new ModelException(
        Reason.UNKNOWN_CONTAINER,
        file.name() + " is not of a kind that is read",
        "torch.save (zip or legacy) or safetensors",
        recognise(file, start),
        "");
  }

  private static String recognise(InputFile file, ByteBuffer start) {
    if (begins(start, 0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n')) {
      return "HDF5, as Keras writes it";
    } else if (start.limit() >= 8 && start.getLong(0) == 0x112) {
      return "MXNet parameters, as Gluon writes them";
    } else if (isTorch7(start)) {
      return "Torch7 (.t7), binary";
    } else if (text(start).matches("(?s)[1-4]\r?\n[0-9.]+\r?\n.*")) {
      return "Torch7 (.t7), ASCII";
    } else if (begins(start, 0x80) && start.limit() > 1 && start.get(1) <= 5) {
      return pickle(file);
    } else if (start.limit() > TAR_MAGIC + 5 && text(start).startsWith("ustar", TAR_MAGIC)) {
      return "a tar archive, as PyTorch wrote before 0.1.10";
    } else if (begins(start, 0x93, 'N', 'U', 'M', 'P', 'Y')) {
      return "a NumPy array";
    } else if (begins(start, 0x1f, 0x8b)) {
      return "gzip-compressed data (unpack it)";
    } else if (begins(start, 'P', 'K')) {
      return "an empty or split zip archive";
    } else if (begins(start, 'G', 'G', 'U', 'F')) {
      return "GGUF";
    } else if (start.limit() > 8 && text(start).startsWith("TFL3", 4)) {
      return "TensorFlow Lite";
    } else if (isOnnx(start)) {
      return "ONNX";
    }
    return textOrBytes(start);
  }

  private static String textOrBytes(ByteBuffer start) {
    String text = text(start);
    if (!text.chars()
        .allMatch(c -> (c >= ' ' && c != 0x7f) || c == '\n' || c == '\r' || c == '\t')) {
      return "unknown bytes";
    }
    String lower = text.stripLeading().toLowerCase(Locale.ROOT);
    if (lower.startsWith("<!doctype html") || lower.startsWith("<html")) {
      return "an HTML page, perhaps a failed download";
    }
    return lower.startsWith("{") ? "a JSON text" : "a text";
  }

  private static String pickle(InputFile file) {
    PickleScanner.Result result = PickleScanner.scan(ByteSource.of(file));
    boolean isNumpy = result.globals().stream().anyMatch(global -> global.startsWith("numpy."));
    String globals =
        result.globals().isEmpty()
            ? ""
            : " that names " + String.join(", ", result.globals().stream().limit(5).toList());
    return (isNumpy
            ? "a pickle of NumPy arrays, as PaddlePaddle's .pdparams"
            : "a bare Python pickle")
        + globals;
  }

  /** A table, number or object comes first; its index is 1. */
  private static boolean isTorch7(ByteBuffer start) {
    if (start.limit() < 12) {
      return false;
    }
    int type = start.getInt(0);
    return (type == 3 || type == 4) && start.getInt(4) == 1;
  }

  /** A protobuf message: ir_version, then a producer's name, an opset or a graph. */
  private static boolean isOnnx(ByteBuffer start) {
    if (start.limit() < 4 || start.get(0) != 0x08 || start.get(1) < 1 || start.get(1) > 32) {
      return false;
    }
    int tag = start.get(2);
    return tag == 0x12
        || tag == 0x1a
        || tag == 0x22
        || tag == 0x3a
        || tag == 0x42
        || tag == 0x28
        || tag == 0x32;
  }

  private static String text(ByteBuffer start) {
    return StandardCharsets.ISO_8859_1.decode(start.duplicate()).toString();
  }

  private static boolean begins(ByteBuffer start, int... bytes) {
    if (start.limit() < bytes.length) {
      return false;
    }
    for (int i = 0; i < bytes.length; i++) {
      if ((start.get(i) & 0xff) != bytes[i]) {
        return false;
      }
    }
    return true;
  }

  private static boolean begins(ByteBuffer start, byte[] bytes) {
    return start.limit() >= bytes.length
        && start.slice(0, bytes.length).equals(ByteBuffer.wrap(bytes));
  }
}
