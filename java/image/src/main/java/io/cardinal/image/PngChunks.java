// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Walks the chunks of a PNG file with Pillow's strictness: check sums are verified up to the data
 * and not after it, the data chunks must follow each other, and an end chunk need not be there. The
 * sums of the data are verified too, where they are there: of the fourteen broken files of PngSuite
 * one has nothing else wrong. Nothing is copied, nothing but the palette is looked at.
 */
final class PngChunks {
  private static final int SIGNATURE = 8;
  private static final int CHECK_SUM = 4;

  /** Length and name. */
  private static final int CHUNK_HEADER = 8;

  private static final Set<String> ANCILLARY = Set.of("iCCP", "eXIf", "tEXt", "zTXt", "iTXt");

  private final byte[] file;
  private final PngHeader header;

  /** Where the palette begins, or -1. */
  private int palette = -1;

  private int paletteLength;

  /** Bytes of chunks so far that are neither the picture's nor an animation's. */
  private long ancillary;

  /** The data part of the current data chunk. */
  private int dataStart;

  private int dataEnd;

  private PngChunks(byte[] file, PngHeader header) {
    this.file = file;
    this.header = header;
  }

  /**
   * Reads the chunks before the data.
   *
   * @throws ImageException if there is no header, no data, or damage before it
   */
  static PngChunks open(byte[] file, Limits limits) {
    PngChunks chunks = new PngChunks(file, readHeader(file, limits));
    chunks.walkToData(SIGNATURE + CHUNK_HEADER + PngHeader.LENGTH + CHECK_SUM);
    return chunks;
  }

  /**
   * Reads the first chunk.
   *
   * @throws ImageException if that is no header to decode by
   */
  static PngHeader readHeader(byte[] file, Limits limits) {
    if (file.length < SIGNATURE + CHUNK_HEADER + PngHeader.LENGTH + CHECK_SUM) {
      throw truncated(file, "a header chunk");
    }
    if (!isChunk(file, SIGNATURE, "IHDR")) {
      throw Refusal.corrupt(ImageKind.PNG, "an IHDR chunk first", "another one");
    }
    if (Bytes.big32(file, SIGNATURE) != PngHeader.LENGTH) {
      throw Refusal.corrupt(ImageKind.PNG, "an IHDR chunk of 13 bytes", "another length");
    }
    int start = SIGNATURE + CHUNK_HEADER;
    verify(file, start, PngHeader.LENGTH);
    return PngHeader.read(file, start, limits);
  }

  PngHeader header() {
    return header;
  }

  /** The first byte of the current data chunk's data. */
  int dataStart() {
    return dataStart;
  }

  int dataLength() {
    return dataEnd - dataStart;
  }

  /** The palette, three bytes an entry, or null if there is none. */
  byte @Nullable [] palette() {
    return palette < 0 ? null : Arrays.copyOfRange(file, palette, palette + paletteLength);
  }

  /** Goes on to the next chunk if that is data as well; its data may be cut short. */
  boolean nextData() {
    long position = (long) dataEnd + CHECK_SUM;
    if (position + CHUNK_HEADER > file.length || !isChunk(file, (int) position, "IDAT")) {
      return false;
    }
    enterData((int) position);
    return true;
  }

  /** Refuses a file that is cut inside a chunk after its picture. */
  void checkRest() {
    long position = (long) dataEnd + CHECK_SUM;
    while (position + CHUNK_HEADER <= file.length) {
      int at = (int) position;
      if (!hasName(at) || isChunk(file, at, "IEND")) {
        return;
      }
      long end = position + CHUNK_HEADER + Bytes.big32(file, at);
      if (end > file.length) {
        throw truncated(file, "the rest of the last chunk");
      }
      countAncillary(at);
      position = end + CHECK_SUM;
    }
  }

  private void walkToData(int first) {
    long position = first;
    while (true) {
      if (position + CHUNK_HEADER > file.length) {
        throw truncated(file, "a data chunk");
      }
      int at = (int) position;
      if (!hasName(at)) {
        throw Refusal.corrupt(ImageKind.PNG, "a chunk at " + at, "no chunk name");
      }
      if (isChunk(file, at, "IDAT")) {
        enterData(at);
        return;
      }
      position = pass(at);
    }
  }

  /** Verifies one chunk before the data, and returns the place after it. */
  private long pass(int at) {
    long length = Bytes.big32(file, at);
    int start = at + CHUNK_HEADER;
    if (length + CHECK_SUM > file.length - start) {
      throw truncated(file, "a chunk of " + length + " bytes at " + at);
    }
    countAncillary(at);
    verify(file, start, (int) length);
    if (isChunk(file, at, "PLTE") && header.colour() == PngHeader.Colour.PALETTE) {
      palette = start;
      paletteLength = (int) length;
    }
    return start + length + CHECK_SUM;
  }

  private void countAncillary(int at) {
    if (ANCILLARY.contains(name(file, at + 4))) {
      ancillary += CHUNK_HEADER + Bytes.big32(file, at) + CHECK_SUM;
      Limits.checkAncillary(ImageKind.PNG, ancillary);
    }
  }

  private void enterData(int at) {
    long length = Bytes.big32(file, at);
    dataStart = at + CHUNK_HEADER;
    dataEnd = (int) Math.min(file.length, dataStart + length);
    if (length + CHECK_SUM <= file.length - dataStart) {
      verify(file, dataStart, (int) length);
    }
  }

  /** Whether four letters, digits or underscores stand where a chunk's name is. */
  private boolean hasName(int at) {
    for (int i = at + 4; i < at + CHUNK_HEADER; i++) {
      int c = file[i];
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      if (!letter && !(c >= '0' && c <= '9') && c != '_') {
        return false;
      }
    }
    return true;
  }

  private static String name(byte[] file, int at) {
    return new String(file, at, 4, StandardCharsets.ISO_8859_1);
  }

  private static boolean isChunk(byte[] file, int at, String name) {
    return name.equals(name(file, at + 4));
  }

  /** The check sum covers name and data. */
  private static void verify(byte[] file, int start, int length) {
    CRC32 sum = new CRC32();
    sum.update(file, start - 4, 4 + length);
    if (sum.getValue() != Bytes.big32(file, start + length)) {
      String name = name(file, start - 4);
      throw Refusal.corrupt(
          ImageKind.PNG, "the check sum of chunk " + name, "another, so its data is wrong");
    }
  }

  private static ImageException truncated(byte[] file, String expected) {
    return Refusal.truncated(ImageKind.PNG, expected, file.length);
  }
}
