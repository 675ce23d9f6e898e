// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.safetensors;

import io.cardinal.engine.tensor.DataType;
import java.nio.ByteBuffer;
import java.util.List;

/** A tensor of a safetensors file: its elements lie together, in row-major order. */
final class SafetensorsTensor extends StoredTensor {
  private final InputFile file;
  private final long position;

  SafetensorsTensor(InputFile file, long position, DataType type, List<Integer> shape) {
    super(type, shape);
    this.file = file;
    this.position = position;
  }

  @Override
  protected void readInside(long first, int count, ByteBuffer into) {
    int limit = into.limit();
    into.limit(into.position() + count * type().bytes());
    file.read(position + first * type().bytes(), into);
    into.limit(limit);
  }
}
