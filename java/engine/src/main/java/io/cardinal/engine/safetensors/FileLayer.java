// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.safetensors;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What writing results asks of a file system: few calls, so that tests can fail each of them, or
 * lose what was not forced to disk. Thread-safe.
 */
public interface FileLayer {
  /** That of the operating system. */
  FileLayer REAL = new RealFiles();

  /** A file that is being written. Used on one thread. */
  interface NewFile extends WritableByteChannel {
    /** Writes bytes over earlier ones, or some of them, as channels do. */
    int write(ByteBuffer bytes, long position) throws IOException;

    /** Returns when all that was written would survive a loss of power. */
    void force() throws IOException;
  }

  /** The file that is written for a target: what a link names stays a link. */
  Path resolve(Path target) throws IOException;

  /** Makes an empty file; one that is there already is an error. */
  NewFile create(Path file) throws IOException;

  /** Gives a file another name in its folder, in place of what has that name, in one step. */
  void rename(Path from, Path to) throws IOException;

  /** Deletes a file, if it is there. */
  void delete(Path file) throws IOException;

  /** Makes a folder and those that it is in, where they are not there, for good. */
  void createFolder(Path folder) throws IOException;

  /** Returns when the names in a folder would survive a loss of power. */
  void forceFolder(Path folder) throws IOException;

  /** The names in a folder, sorted; none where there is no folder. */
  List<String> names(Path folder) throws IOException;

  /** The bytes of a file. */
  byte[] read(Path file) throws IOException;

  /** The length of a file in bytes. */
  long size(Path file) throws IOException;

  /**
   * Locks a file, which is made if it is not there and stays there, against other processes and
   * other calls in this one.
   *
   * @return the lock, to be closed; nothing if somebody else has it
   */
  Optional<Closeable> lock(Path file) throws IOException;
}
