// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.weights.read;

import io.cardinal.engine.safetensors.InputFile;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The bytes that strided tensors of one file are gathered from: one window, the last one read. */
final class WindowCache {
  private final InputFile file;
  private volatile @Nullable Window last;

  WindowCache(InputFile file) {
    this.file = file;
  }

  InputFile file() {
    return file;
  }

  /** A window that holds the bytes from {@code begin} to {@code end}; at most 2 GiB. */
  Window window(long begin, long end) {
    Window window = last;
    if (window == null || !window.holds(begin, end)) {
      last = null; // let the old one go before the new one comes
      ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(end - begin));
      file.read(begin, bytes);
      window = new Window(begin, end, bytes.flip());
      last = window;
    }
    return window;
  }

  /** Some bytes of the file; read only, so that threads can share them. */
  record Window(long begin, long end, ByteBuffer bytes) {
    boolean holds(long from, long to) {
      return from >= begin && to <= end;
    }
  }
}
