// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli.output;

import io.cardinal.engine.safetensors.AtomicFile;
import io.cardinal.engine.safetensors.FileLayer;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.Path;

/**
 * A result file that appears under its name whole, or not at all. Every failure is an {@link
 * OutputException} that names it.
 */
public final class OutputFile implements AutoCloseable {
  private final Path target;
  private final AtomicFile file;

  private OutputFile(Path target, AtomicFile file) {
    this.target = target;
    this.file = file;
  }

  /** Writes the content and gives a result. */
  public interface Content<T> {
    T writeTo(FileLayer.NewFile channel) throws IOException;
  }

  /** Writes a file; what the content gives is given back. */
  public static <T> T write(FileLayer layer, Path target, Content<T> content) {
    try (OutputFile file = create(layer, target)) {
      T result = OutputException.get(target, () -> content.writeTo(file.channel()));
      file.commit();
      return result;
    }
  }

  /** Begins a file. */
  public static OutputFile create(FileLayer layer, Path target) {
    return create(layer, target, AtomicFile.PREFIX);
  }

  /** Begins a file whose hidden name, until it is whole, begins as is said. */
  static OutputFile create(FileLayer layer, Path target, String prefix) {
    return OutputException.get(
        target, () -> new OutputFile(target, AtomicFile.create(layer, target, prefix)));
  }

  /** Where the content goes. */
  FileLayer.NewFile channel() {
    return file.channel();
  }

  /** The same, as a stream, which need not be closed. */
  OutputStream stream() {
    return Channels.newOutputStream(file.channel());
  }

  Path target() {
    return target;
  }

  /** Bytes that were written. */
  long size() {
    return OutputException.get(target, file::size);
  }

  /** Ends the content and forces it to disk. */
  void force() {
    OutputException.run(target, file::force);
  }

  /** Gives the file its name, which a loss of power may take back. */
  void rename() {
    OutputException.run(target, file::rename);
  }

  /** Gives the file its name for good. */
  void commit() {
    OutputException.run(target, file::commit);
  }

  /** Takes away what has not got its name. */
  @Override
  public void close() {
    OutputException.run(target, file::close);
  }
}
