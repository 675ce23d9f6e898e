// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli.inputs;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The bytes of an archive as they lie in its file, counted. */
final class PackedStream extends InputStream {
  private final InputStream in;
  private long count;
  private boolean isAtEnd;
  private @Nullable IOException failure;

  PackedStream(Path file) throws IOException {
    this.in = Files.newInputStream(file);
  }

  /** Bytes that were read. */
  long count() {
    return count;
  }

  /** Whether somebody wanted more than there is. */
  boolean isAtEnd() {
    return isAtEnd;
  }

  /** Why the file could not be read, if it could not. */
  @Nullable IOException failure() {
    return failure;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    try {
      int read = in.read(into, offset, length);
      count += Math.max(0, read);
      isAtEnd |= read < 0;
      return read;
    } catch (IOException e) {
      failure = e;
      throw e;
    }
  }

  @Override
  public int available() throws IOException {
    return in.available();
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
