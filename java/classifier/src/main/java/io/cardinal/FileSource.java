// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;

/** A file of a file system. */
final class FileSource implements ImageSource {
  private static final int MOST = Integer.MAX_VALUE - 9;

  private final Path file;

  FileSource(Path file) {
    this.file = Objects.requireNonNull(file);
  }

  /** The size as the file system states it; one that cannot be asked says why when it is read. */
  @Override
  public long size() {
    try {
      return Files.isRegularFile(file) ? Files.size(file) : -1;
    } catch (IOException e) {
      return -1;
    }
  }

  @Override
  public byte[] read() throws IOException {
    return readAtMost(MOST);
  }

  @Override
  public byte[] readAtMost(int most) throws IOException {
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw Files.isReadable(file)
          ? new FileSystemException(file.toString(), null, "not a regular file")
          : new AccessDeniedException(file.toString());
    }
    int stated = (int) Math.min(most, Files.size(file));
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = new byte[stated]; // at once, not grown
      int read = in.readNBytes(bytes, 0, stated);
      byte[] rest = in.readNBytes(Math.min(most, MOST) - read + 1); // it may have grown
      if (read == stated && rest.length == 0) {
        return bytes;
      }
      byte[] all = Arrays.copyOf(bytes, read + rest.length);
      System.arraycopy(rest, 0, all, read, rest.length);
      return all;
    }
  }
}
