// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli.inputs;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Makes tars block by block, sound and unsound ones, and zips. */
final class Archives {
  private static final int BLOCK = 512;

  private final Path file;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  private Archives(Path file) {
    this.file = file;
  }

  static Archives tar(Path file) {
    return new Archives(file);
  }

  Archives file(String name, String content) {
    return file(name, content.getBytes(UTF_8));
  }

  Archives file(String name, byte[] content) {
    return header(name, '0', content.length).content(content);
  }

  /** A member of another kind. */
  Archives member(String name, char kind, byte[] content) {
    return header(name, kind, content.length).content(content);
  }

  /** A record of PAX: its length, the keyword, the value. */
  static byte[] pax(String keyword, String value) {
    String rest = " " + keyword + "=" + value + "\n";
    int length = rest.getBytes(UTF_8).length;
    int all = length + Integer.toString(length).length();
    all = length + Integer.toString(all).length();
    return (all + rest).getBytes(UTF_8);
  }

  /** A header alone. */
  Archives header(String name, char kind, long size) {
    byte[] block = block(name, kind, size);
    return checked(block);
  }

  static byte[] block(String name, char kind, long size) {
    byte[] block = new byte[BLOCK];
    byte[] nameBytes = name.getBytes(UTF_8);
    System.arraycopy(nameBytes, 0, block, 0, Math.min(100, nameBytes.length));
    put(block, 100, "0000644\0000000000\0000000000\0");
    if (size < 1L << 33) {
      put(block, 124, String.format("%011o\0", size));
    } else {
      block[124] = (byte) 0x80; // a binary number
      for (int i = 0; i < 8; i++) {
        block[135 - i] = (byte) (size >>> 8 * i);
      }
    }
    put(block, 136, "00000000000\0");
    block[156] = (byte) kind;
    put(block, 257, "ustar\00000");
    return block;
  }

  /** A header with its checksum put right. */
  Archives checked(byte[] block) {
    Arrays.fill(block, 148, 156, (byte) ' ');
    int sum = 0;
    for (byte each : block) {
      sum += each & 0xFF;
    }
    put(block, 148, String.format("%06o\0 ", sum));
    return raw(block);
  }

  Archives content(byte[] content) {
    return raw(content).raw(new byte[(BLOCK - content.length % BLOCK) % BLOCK]);
  }

  Archives raw(byte[] more) {
    bytes.writeBytes(more);
    return this;
  }

  /** What there is so far. */
  byte[] bytes() {
    return bytes.toByteArray();
  }

  /** Writes it without the blocks that mark the end. */
  Path cut() throws IOException {
    return Files.write(file, bytes());
  }

  Path end() throws IOException {
    return raw(new byte[2 * BLOCK]).cut();
  }

  static byte[] gzip(byte[] content) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(content);
    }
    return packed.toByteArray();
  }

  /** A zip of names and contents by turns. */
  static byte[] zip(String... namesAndContents) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(packed)) {
      for (int i = 0; i < namesAndContents.length; i += 2) {
        zip.putNextEntry(new ZipEntry(namesAndContents[i]));
        zip.write(namesAndContents[i + 1].getBytes(UTF_8));
        zip.closeEntry();
      }
    }
    return packed.toByteArray();
  }

  private static void put(byte[] block, int at, String text) {
    byte[] latin = text.getBytes(UTF_8);
    System.arraycopy(latin, 0, block, at, latin.length);
  }
}
