// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * What the chunks of a WebP file say (RFC 9649): sizes within the file, one picture that does not
 * move; {@link WebpAnimation} reads the others.
 *
 * @param width pixels a row, 1 to 16384
 * @param height rows, 1 to 16384
 * @param tableBytes what libwebp will take for code tables
 */
record WebpHeader(int width, int height, long tableBytes) {
  private static final int RIFF_HEADER = 12;
  private static final int CHUNK_HEADER = 8;
  private static final Set<String> ANCILLARY = Set.of("ICCP", "EXIF", "XMP ");
  private static final int EXTENDED_LENGTH = 10;
  private static final int LOSSY_LENGTH = 10;
  private static final int LOSSLESS_LENGTH = 5;
  private static final int ANIMATION_FLAG = 0x02;
  private static final long MOST_TABLE_BYTES = 64L << 20;

  /** Signature, sizes, alpha, version. */
  private static final int LOSSLESS_HEADER_BITS = 40;

  /** An alpha chunk's first byte, and how it says that it is compressed without loss. */
  private static final int ALPHA_HEADER_BITS = 8;

  private static final int ALPHA_METHOD = 0x03;
  private static final int ALPHA_LOSSLESS = 1;
  private static final int SIGNATURE_LOSSLESS = 0x2f;
  private static final int SIGNATURE_LOSSY = 0x2a019d;

  /**
   * Reads the header of a file that begins with RIFF and WEBP.
   *
   * @throws ImageException if it is not one to decode
   */
  static WebpHeader read(byte[] file, Limits limits) {
    if (file.length < RIFF_HEADER + CHUNK_HEADER) {
      throw truncated(file, "a first chunk");
    }
    long stated = Bytes.little32(file, 4) + 8;
    if (stated > file.length) {
      throw truncated(file, stated + " bytes, as the header says");
    }
    long position = RIFF_HEADER;
    int alpha = -1;
    int alphaEnd = 0;
    while (position + CHUNK_HEADER <= stated) {
      String name = new String(file, (int) position, 4, StandardCharsets.ISO_8859_1);
      long length = Bytes.little32(file, (int) position + 4);
      int data = (int) position + CHUNK_HEADER;
      if (length > file.length - data) {
        throw truncated(file, "a chunk of " + length + " bytes at " + position);
      }
      if (name.equals("VP8 ")) {
        WebpHeader header = lossy(file, data, length, limits);
        return alpha < 0 ? header : header.withAlpha(file, alpha, alphaEnd);
      }
      if (name.equals("ALPH") && alpha < 0 && length > 0) {
        alpha = data;
        alphaEnd = data + (int) length;
      }
      if (name.equals("VP8L")) {
        return lossless(file, data, length, limits);
      }
      if (name.equals("VP8X")) {
        checkExtended(file, data, length, limits);
      }
      position = data + length + (length & 1);
    }
    throw Refusal.corrupt(ImageKind.WEBP, "a VP8 or VP8L chunk", "none");
  }

  /** Refuses a file that begins with RIFF and WEBP and has too much beside its pictures. */
  static void checkAncillary(byte[] file) {
    long ancillary = 0;
    long position = RIFF_HEADER;
    while (position + CHUNK_HEADER <= file.length) {
      String name = new String(file, (int) position, 4, StandardCharsets.ISO_8859_1);
      long length = Bytes.little32(file, (int) position + 4);
      if (ANCILLARY.contains(name)) {
        ancillary += CHUNK_HEADER + Math.min(length, file.length - position - CHUNK_HEADER);
        Limits.checkAncillary(ImageKind.WEBP, ancillary);
      }
      position += CHUNK_HEADER + length + (length & 1);
    }
  }

  private static void checkExtended(byte[] file, int data, long length, Limits limits) {
    requireLength(length, EXTENDED_LENGTH, "VP8X");
    if ((file[data] & ANIMATION_FLAG) != 0) {
      throw Refusal.unsupported(ImageKind.WEBP, "one picture", "an animation");
    }
    limits.checkPixels(
        ImageKind.WEBP, 1 + Bytes.little24(file, data + 4), 1 + Bytes.little24(file, data + 7));
  }

  private static WebpHeader lossy(byte[] file, int data, long length, Limits limits) {
    requireLength(length, LOSSY_LENGTH, "VP8");
    if (Bytes.little24(file, data + 3) != SIGNATURE_LOSSY) {
      throw Refusal.corrupt(ImageKind.WEBP, "a VP8 key frame", "other bytes");
    }
    int sizes = (int) Bytes.little32(file, data + 6);
    return checked(sizes & 0x3fff, sizes >> 16 & 0x3fff, 0, limits);
  }

  private static WebpHeader lossless(byte[] file, int data, long length, Limits limits) {
    requireLength(length, LOSSLESS_LENGTH, "VP8L");
    if ((file[data] & 0xff) != SIGNATURE_LOSSLESS) {
      throw Refusal.corrupt(ImageKind.WEBP, "a VP8L signature", "other bytes");
    }
    int sizes = (int) Bytes.little32(file, data + 1);
    int width = 1 + (sizes & 0x3fff);
    int height = 1 + (sizes >> 14 & 0x3fff);
    limits.checkPixels(ImageKind.WEBP, width, height);
    long from = data * 8L + LOSSLESS_HEADER_BITS;
    long tables = WebpCodeTables.bytes(file, from, data + (int) length, width, height);
    return checked(width, height, tables, limits);
  }

  private WebpHeader withAlpha(byte[] file, int alpha, int end) {
    if ((file[alpha] & ALPHA_METHOD) != ALPHA_LOSSLESS) {
      return this;
    }
    long from = alpha * 8L + ALPHA_HEADER_BITS;
    long tables = WebpCodeTables.bytes(file, from, end, width, height);
    checkTables(tables);
    return new WebpHeader(width, height, tables);
  }

  private static void checkTables(long bytes) {
    if (bytes > MOST_TABLE_BYTES) {
      throw Refusal.tooMuchWork(
          ImageKind.WEBP,
          "at most " + MOST_TABLE_BYTES + " bytes of code tables",
          bytes + " bytes of them");
    }
  }

  private static WebpHeader checked(int width, int height, long tables, Limits limits) {
    if (width == 0 || height == 0) {
      throw Refusal.corrupt(
          ImageKind.WEBP, "a picture of at least 1 x 1 pixels", width + " x " + height);
    }
    limits.checkPixels(ImageKind.WEBP, width, height);
    checkTables(tables);
    return new WebpHeader(width, height, tables);
  }

  private static void requireLength(long length, int least, String chunk) {
    if (length < least) {
      throw Refusal.corrupt(
          ImageKind.WEBP, least + " bytes or more in chunk " + chunk, length + " bytes");
    }
  }

  private static ImageException truncated(byte[] file, String expected) {
    return Refusal.truncated(ImageKind.WEBP, expected, file.length);
  }
}
