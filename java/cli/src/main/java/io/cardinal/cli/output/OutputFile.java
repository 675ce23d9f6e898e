// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli.output;

import io.cardinal.engine.safetensors.AtomicFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** A result file that appears under its name whole, or not at all. */
public final class OutputFile {
  private OutputFile() {}

  /** Writes the content and gives a result. */
  public interface Content<T> {
    T writeTo(FileChannel channel) throws IOException;
  }

  /** Writes a file; what the content gives is given back. */
  public static <T> T write(Path target, Content<T> content) {
    List<T> result = new ArrayList<>(1);
    try {
      AtomicFile.write(target, channel -> result.add(content.writeTo(channel)));
    } catch (IOException e) {
      throw new OutputException(target.toString(), e);
    } catch (UncheckedIOException e) {
      throw new OutputException(target.toString(), Objects.requireNonNull(e.getCause()));
    }
    return result.get(0);
  }
}
