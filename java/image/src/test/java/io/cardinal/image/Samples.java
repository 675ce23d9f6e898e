// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

import io.cardinal.testing.Golden;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The golden pictures as test inputs. */
final class Samples {
  private Samples() {}

  static byte[] read(String name) {
    return read(Golden.path("preprocess/sources").resolve(name));
  }

  static byte[] read(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The undamaged files by name; a few are of sorts that are refused. */
  static Map<String, byte[]> undamaged(Path folder) {
    Map<String, byte[]> files = new TreeMap<>();
    try (Stream<Path> paths = Files.list(folder)) {
      paths
          .filter(path -> path.getFileName().toString().matches("(jpeg|png|webp|gif|bmp|tiff)-.*"))
          .forEach(path -> files.put(path.getFileName().toString(), read(path)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return files;
  }
}
