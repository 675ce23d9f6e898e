// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli.inputs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The bytes of an archive as they lie in its file. */
final class PackedStream extends CountedStream {
  private boolean isAtEnd;
  private @Nullable IOException failure;

  PackedStream(Path file) throws IOException {
    super(Files.newInputStream(file));
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
  public int read(byte[] into, int offset, int length) throws IOException {
    try {
      int read = super.read(into, offset, length);
      isAtEnd |= read < 0;
      return read;
    } catch (IOException e) {
      failure = e;
      throw e;
    }
  }
}
