// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.testing;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads the members of a plain USTAR file where it lies; nothing is unpacked by name. */
public final class Tar {
  private static final int BLOCK = 512;

  private Tar() {}

  /** Takes one member. */
  public interface Visitor {
    void visit(String name, byte[] content) throws IOException;
  }

  /** Hands over every regular member in the order of the file. */
  public static void forEach(Path tar, Visitor visitor) {
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
          visitor.visit(prefix.isEmpty() ? name : prefix + "/" + name, content);
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
