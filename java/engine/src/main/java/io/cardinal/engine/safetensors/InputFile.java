// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.safetensors;

import io.cardinal.engine.platform.Sha256;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A regular file, or one in memory, read by position, by any number of threads.
 *
 * <p>Nothing is mapped into memory: a mapped file that somebody truncates kills the process, a read
 * of it fails. The size is that at opening; a file that shrinks afterwards fails to read.
 */
public final class InputFile implements AutoCloseable {
  private static final int CHUNK = 1 << 20;

  private final Path path;
  private final Source source;
  private final Closeable owner;
  private final long size;
  private volatile boolean isClosed;

  /** Reads at a position; -1 at the end. */
  private interface Source {
    int read(ByteBuffer into, long at) throws IOException;
  }

  private InputFile(Path path, Source source, Closeable owner, long size) {
    this.path = path;
    this.source = source;
    this.owner = owner;
    this.size = size;
  }

  /**
   * Opens a file.
   *
   * @throws UncheckedIOException if it is not there, not readable, or no regular file
   */
  public static InputFile open(Path path) {
    try {
      if (!Files.exists(path)) {
        throw new NoSuchFileException(path.toString());
      }
      if (!Files.isRegularFile(path)) { // a FIFO would block, a device has no size
        throw new FileSystemException(path.toString(), null, "not a regular file");
      }
      FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
      try {
        return new InputFile(path, channel::read, channel, channel.size());
      } catch (IOException e) {
        channel.close();
        throw e;
      }
    } catch (ClosedChannelException e) {
      throw interrupted(path, e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** An interrupt of a thread that reads closes the channel, for the others too. */
  private static UncheckedIOException interrupted(Path path, ClosedChannelException cause) {
    return new UncheckedIOException("interrupted while reading " + path, cause);
  }

  /**
   * A file that is open already; the channel is closed with this.
   *
   * @param path what messages call it
   * @param channel read by position only
   */
  public static InputFile of(Path path, FileChannel channel) {
    try {
      return new InputFile(path, channel::read, channel, channel.size());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A file in memory.
   *
   * @param path what messages call it
   * @param content must not change
   */
  public static InputFile of(Path path, byte[] content) {
    AtomicBoolean isClosed = new AtomicBoolean();
    Source source =
        (into, at) -> {
          if (isClosed.get()) {
            throw new ClosedChannelException();
          } else if (at >= content.length) {
            return -1;
          }
          int count = (int) Math.min(into.remaining(), content.length - at);
          into.put(content, (int) at, count);
          return count;
        };
    return new InputFile(path, source, () -> isClosed.set(true), content.length);
  }

  /** Where the file is. */
  public Path path() {
    return path;
  }

  /** The file's name without its folder, as messages show it. */
  public String name() {
    Path name = path.getFileName();
    return name == null ? path.toString() : name.toString();
  }

  /** Bytes in the file when it was opened. */
  public long size() {
    return size;
  }

  /**
   * Fills the buffer from its position to its limit.
   *
   * @param position where in the file the bytes begin
   * @throws UncheckedIOException if the file cannot be read or ends before, or if a thread that
   *     reads it is interrupted, which closes it for all
   * @throws IllegalStateException after {@link #close}
   */
  public void read(long position, ByteBuffer into) {
    int limit = into.limit();
    try {
      long at = position;
      while (into.position() < limit) { // in parts: the JDK keeps a direct buffer of that size
        into.limit(Math.min(limit, into.position() + CHUNK));
        int count = source.read(into, at);
        if (count < 0) {
          throw new EOFException(path + " ended at " + at + " while " + size + " bytes were known");
        }
        at += count;
      }
    } catch (ClosedChannelException e) {
      if (isClosed) {
        throw new IllegalStateException(path + " is closed", e);
      }
      throw interrupted(path, e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      into.limit(limit);
    }
  }

  /** SHA-256 of the whole file in lower-case hexadecimal digits. */
  public String sha256() {
    Sha256 digest = new Sha256();
    ByteBuffer chunk = ByteBuffer.allocate((int) Math.min(CHUNK, Math.max(size, 1)));
    for (long at = 0; at < size; at += chunk.limit()) {
      chunk.clear().limit((int) Math.min(chunk.capacity(), size - at));
      read(at, chunk);
      digest.add(chunk.flip());
    }
    return digest.soFar();
  }

  /** Closes the file; reading from it fails afterwards. Closing twice does nothing. */
  @Override
  public void close() {
    isClosed = true;
    try {
      owner.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
