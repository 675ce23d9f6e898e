// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli.inputs;

import io.cardinal.ImageSource;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One image that the user asked for, or the reason why there is none. */
public final class Input {
  private final String name;
  private final ImageSource source;
  private final @Nullable Path file;
  private final long heldBytes;
  private final @Nullable Supplier<Input> loader;

  private Input(
      String name,
      ImageSource source,
      @Nullable Path file,
      long heldBytes,
      @Nullable Supplier<Input> loader) {
    this.name = name;
    this.source = source;
    this.file = file;
    this.heldBytes = heldBytes;
    this.loader = loader;
  }

  /**
   * What its row shows: the argument or line unchanged; for a file in a folder the argument, one
   * {@code /}, and the path inside; for a member {@code archive!path}.
   */
  public String name() {
    return name;
  }

  /** Its bytes; reading those of a failed input throws why. */
  public ImageSource source() {
    return source;
  }

  /**
   * Its bytes once more, however many: those of a file are read from the disk.
   *
   * @throws IOException or what reading the {@link #source} throws, if they are not there
   */
  public InputStream open() throws IOException {
    if (file == null) {
      return new ByteArrayInputStream(source.read());
    } else if (!Files.isRegularFile(file)) { // opening another might never end
      throw new NoSuchFileException(file.toString());
    }
    return Files.newInputStream(file);
  }

  /** A file that is called by another name than its path. */
  public static Input of(String name, Path file) {
    return new Input(name, ImageSource.of(file), file, 0, null);
  }

  /** A file that somebody named; one below {@code base} where the name is relative. */
  static Input named(String name, @Nullable Path base) {
    try {
      Path path = Path.of(name);
      return of(name, base == null ? path : base.resolve(path));
    } catch (InvalidPathException e) {
      return failed(name, e);
    }
  }

  /** A member of an archive, read already. */
  static Input of(String name, byte[] content) {
    return new Input(name, ImageSource.of(content), null, content.length, null);
  }

  /**
   * A member that is not read yet.
   *
   * @param bytes most that it is going to take
   * @param loader reads it
   */
  static Input unread(String name, long bytes, Supplier<Input> loader) {
    return new Input(name, throwing(new IllegalStateException("not read")), null, bytes, loader);
  }

  /** No image: reading it throws the reason. */
  static Input failed(String name, RuntimeException reason) {
    return new Input(name, throwing(reason), null, 0, null);
  }

  private static ImageSource throwing(RuntimeException reason) {
    return new ImageSource() {
      @Override
      public long size() {
        return -1;
      }

      @Override
      public byte[] read() {
        throw reason;
      }
    };
  }

  static Input failed(String name, IOException reason) {
    return failed(name, new UncheckedIOException(reason));
  }

  /** The file, if it is one. */
  @Nullable Path file() {
    return file;
  }

  /** Bytes of memory that it takes, from {@link #loaded} on. */
  long heldBytes() {
    return heldBytes;
  }

  /**
   * The input with its bytes in memory, where they can only be read now; or what came up instead,
   * which may be the failure of the whole archive. Called once, before the next member is looked
   * for.
   */
  Input loaded() {
    return loader == null ? this : loader.get();
  }
}
