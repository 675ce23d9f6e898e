// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.weights.read;

import io.cardinal.engine.ModelException;
import io.cardinal.engine.ModelException.Reason;
import io.cardinal.engine.safetensors.InputFile;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;

/** Bytes of a file from front to back, through a small window; never past the given end. */
final class ByteSource {
  private static final int WINDOW = 1 << 16;

  private final InputFile file;
  private final long end;
  private final Reason atEnd;
  private final ByteBuffer window;
  private long windowEnd;

  /**
   * @param atEnd the reason of the exception where a read goes past the end
   */
  ByteSource(InputFile file, long begin, long end, Reason atEnd) {
    this.file = file;
    this.end = end;
    this.atEnd = atEnd;
    this.window = ByteBuffer.allocate((int) Math.min(WINDOW, Math.max(end - begin, 1)));
    this.window.limit(0);
    this.windowEnd = begin;
  }

  /** The whole of a file. */
  static ByteSource of(InputFile file) {
    return new ByteSource(file, 0, file.size(), Reason.TRUNCATED);
  }

  String name() {
    return file.name();
  }

  /** Where in the file the next byte is. */
  long position() {
    return windowEnd - window.remaining();
  }

  long remaining() {
    return end - position();
  }

  int unsignedByte() {
    if (!window.hasRemaining()) {
      need(1);
      window.clear().limit((int) Math.min(window.capacity(), end - windowEnd));
      file.read(windowEnd, window);
      window.flip();
      windowEnd += window.limit();
    }
    return window.get() & 0xff;
  }

  int unsignedShort() {
    return unsignedByte() | unsignedByte() << 8;
  }

  int littleInt() {
    return unsignedShort() | unsignedShort() << 16;
  }

  long littleLong() {
    return (littleInt() & 0xffffffffL) | (long) littleInt() << 32;
  }

  double bigDouble() {
    return Double.longBitsToDouble(Long.reverseBytes(littleLong()));
  }

  /** A text of known length, which is checked against what is left before it is allocated. */
  String text(long length, Charset charset) {
    return new String(bytes(length), charset);
  }

  byte[] bytes(long length) {
    need(length);
    byte[] bytes = new byte[(int) length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) unsignedByte();
    }
    return bytes;
  }

  /** Characters up to the next line feed, which is consumed. */
  String line(int maxLength) {
    StringBuilder line = new StringBuilder();
    for (int c = unsignedByte(); c != '\n'; c = unsignedByte()) {
      if (line.length() == maxLength) {
        throw new ModelException(
            Reason.CORRUPT,
            name() + ": a name in the pickle at byte " + position() + " is too long",
            "at most " + maxLength + " characters",
            "more",
            "");
      }
      line.append((char) c);
    }
    return line.toString();
  }

  void skip(long length) {
    need(length);
    if (length <= window.remaining()) {
      window.position(window.position() + (int) length);
    } else {
      windowEnd = position() + length;
      window.limit(0);
    }
  }

  /** The exception for what cannot be at this place. */
  ModelException corrupt(String what, String expected, String found) {
    return new ModelException(
        Reason.CORRUPT, name() + ": " + what + " at byte " + position(), expected, found, "");
  }

  private void need(long length) {
    if (length < 0 || length > remaining()) {
      throw new ModelException(
          atEnd,
          name() + " ends too early",
          Long.toUnsignedString(length) + " more bytes at byte " + position(),
          Long.toString(remaining()),
          atEnd == Reason.TRUNCATED ? "fetch the file again" : "");
    }
  }
}
