// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.safetensors;

import io.cardinal.engine.tensor.DataType;
import io.cardinal.engine.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Objects;

/**
 * A tensor in a file. Besides its values it gives its bytes, so that it can be copied bit by bit.
 */
public abstract class StoredTensor implements Tensor {
  private static final int CHUNK = 1 << 14; // elements

  /** Bytes on their way, kept for each thread: a network is read in thousands of pieces. */
  private static final ThreadLocal<ByteBuffer> BYTES =
      ThreadLocal.withInitial(
          () -> ByteBuffer.allocate(CHUNK * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN));

  private final DataType type;
  private final List<Integer> shape;
  private final long elements;

  /**
   * @param type how the elements are stored
   * @param shape the dimensions; their product must fit a long
   */
  protected StoredTensor(DataType type, List<Integer> shape) {
    this.type = type;
    this.shape = List.copyOf(shape);
    this.elements = Tensor.super.elements();
  }

  /**
   * Reads elements as little-endian bytes, in row-major order of the shape.
   *
   * @param first index of the first element
   * @param count how many, all inside the tensor
   * @param into receives {@code count} elements at its position, which moves behind them
   */
  protected abstract void readInside(long first, int count, ByteBuffer into);

  /**
   * Reads elements as little-endian bytes, in row-major order of the shape.
   *
   * @param first index of the first element
   * @param count how many
   * @param into receives them at its position, which moves behind them
   */
  public final void readBytes(long first, int count, ByteBuffer into) {
    Objects.checkFromIndexSize(first, count, elements);
    readInside(first, count, into);
  }

  @Override
  public final DataType type() {
    return type;
  }

  @Override
  public final List<Integer> shape() {
    return shape;
  }

  @Override
  public final long elements() {
    return elements;
  }

  @Override
  public final void read(long first, double[] into, int count) {
    Objects.checkFromIndexSize(first, count, elements);
    Objects.checkFromIndexSize(0, count, into.length);
    ByteBuffer chunk = BYTES.get();
    for (int done = 0; done < count; ) {
      int now = Math.min(count - done, CHUNK);
      chunk.clear().limit(now * type.bytes());
      readInside(first + done, now, chunk);
      Elements.decode(type, chunk.flip(), into, done, now);
      done += now;
    }
  }
}
