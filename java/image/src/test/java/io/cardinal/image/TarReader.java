// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BiConsumer;

/** Reads the members of a plain USTAR file one after the other, without unpacking it. */
final class TarReader {
  private static final int BLOCK = 512;

  private TarReader() {}

  /** Hands every regular member, with its name, to {@code visitor}, in the order of the file. */
  static void forEach(Path tar, BiConsumer<String, byte[]> visitor) {
    try (DataInputStream in = new DataInputStream(Files.newInputStream(tar))) {
      byte[] header = new byte[BLOCK];
      while (true) {
        in.readFully(header);
        if (header[0] == 0) {
          return;
        }
        int size = Integer.parseInt(text(header, 124, 12).trim(), 8);
        byte[] content = in.readNBytes(size);
        in.skipNBytes((BLOCK - size % BLOCK) % BLOCK);
        String prefix = text(header, 345, 155);
        String name = text(header, 0, 100);
        if (header[156] == '0' || header[156] == 0) {
          visitor.accept(prefix.isEmpty() ? name : prefix + "/" + name, content);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(byte[] header, int start, int length) {
    int end = start;
    while (end < start + length && header[end] != 0) {
      end++;
    }
    return new String(header, start, end - start, StandardCharsets.UTF_8);
  }
}
