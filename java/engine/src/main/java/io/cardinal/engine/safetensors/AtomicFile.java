// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.safetensors;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * Replaces a file as a whole: written beside the target under a hidden name that nobody can guess,
 * forced to disk, renamed, and the folder forced too. Whatever fails, the target is the old file or
 * the new one.
 */
public final class AtomicFile {
  private static final SecureRandom RANDOM = new SecureRandom();

  private AtomicFile() {}

  /** Writes the new content. */
  public interface Content {
    void writeTo(FileChannel channel) throws IOException;
  }

  public static void write(Path target, Content content) throws IOException {
    Path file = resolveLink(target);
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new FileSystemException(file.toString(), null, "not a regular file");
    }
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null) {
      throw new FileSystemException(file.toString(), null, "no file name");
    }
    byte[] random = new byte[12];
    RANDOM.nextBytes(random);
    Path temporary = folder.resolve(".cardinal-" + HexFormat.of().formatHex(random) + ".tmp");
    temporary.toFile().deleteOnExit(); // where a signal ends the process
    FileChannel channel =
        FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try {
      try (channel) {
        content.writeTo(channel);
        channel.force(true);
      }
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (Throwable e) {
      try {
        Files.deleteIfExists(temporary);
      } catch (IOException suppressed) {
        e.addSuppressed(suppressed);
      }
      throw e;
    }
    try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
      directory.force(true);
    }
  }

  /** A link stays one: the file that it names is replaced. */
  private static Path resolveLink(Path target) throws IOException {
    return Files.isSymbolicLink(target) && Files.exists(target) ? target.toRealPath() : target;
  }
}
