// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.weights.read;

import io.cardinal.engine.safetensors.StoredTensor;
import io.cardinal.engine.tensor.DataType;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A view of a storage. Where its elements do not lie together in row-major order they are gathered
 * from a window of the file: as many of the inner dimensions as fit one.
 */
final class TorchTensor extends StoredTensor {
  private static final long MAX_WINDOW = 32L << 20; // bytes
  private static final long MIN_WINDOW = 4096;

  private final TorchStorage storage;
  private final WindowCache cache;
  private final long offset;
  private final long[] strides;
  private final boolean isContiguous;
  private final int firstInner; // dimensions from here on are read in one window
  private final long windowElements;

  TorchTensor(
      TorchStorage storage,
      WindowCache cache,
      long offset,
      DataType type,
      List<Integer> shape,
      long[] strides) {
    super(type, shape);
    this.storage = storage;
    this.cache = cache;
    this.offset = offset;
    this.strides = strides.clone();
    this.isContiguous = isRowMajor(shape, strides);
    long span = 1;
    int inner = shape.size();
    while (inner > 0) {
      long wider = span + Math.max(shape.get(inner - 1) - 1L, 0) * strides[inner - 1];
      if (wider > MAX_WINDOW / type.bytes()) {
        break;
      }
      span = wider;
      inner--;
    }
    this.firstInner = inner;
    this.windowElements = Math.max(span, MIN_WINDOW / type.bytes());
  }

  private static boolean isRowMajor(List<Integer> shape, long[] strides) {
    long expected = 1;
    for (int i = strides.length - 1; i >= 0; i--) {
      if (shape.get(i) != 1 && strides[i] != expected) {
        return false;
      }
      expected *= Math.max(shape.get(i), 1);
    }
    return true;
  }

  @Override
  protected void readInside(long first, int count, ByteBuffer into) {
    if (count == 0) {
      return;
    }
    if (isContiguous) {
      int limit = into.limit();
      into.limit(into.position() + count * type().bytes());
      cache.file().read(storage.position() + (offset + first) * type().bytes(), into);
      into.limit(limit);
    } else {
      gather(first, count, into);
    }
  }

  private void gather(long first, int count, ByteBuffer into) {
    int rank = strides.length;
    int size = type().bytes();
    int[] at = new int[rank];
    long element = offset;
    long rest = first;
    for (int i = rank - 1; i >= 0; i--) {
      at[i] = (int) (rest % shape().get(i));
      rest /= shape().get(i);
      element += at[i] * strides[i];
    }
    WindowCache.Window window = windowFor(element, at);
    for (int n = 0; n < count; n++) {
      long begin = storage.position() + element * size;
      if (!window.holds(begin, begin + size)) {
        window = windowFor(element, at);
      }
      int from = (int) (begin - window.begin());
      for (int b = 0; b < size; b++) {
        into.put(window.bytes().get(from + b));
      }
      for (int i = rank - 1; i >= 0; i--) { // to the next index, row-major
        element += strides[i];
        if (++at[i] < shape().get(i)) {
          break;
        }
        element -= at[i] * strides[i];
        at[i] = 0;
      }
    }
  }

  /** The window of all inner dimensions around an element. */
  private WindowCache.Window windowFor(long element, int[] at) {
    long begin = element;
    for (int i = firstInner; i < at.length; i++) {
      begin -= at[i] * strides[i];
    }
    long end = Math.min(begin + windowElements, storage.elements());
    int size = type().bytes();
    return cache.window(storage.position() + begin * size, storage.position() + end * size);
  }
}
