// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Finds the orientation that a JPEG, PNG or WebP file states beside its picture, where Pillow looks
 * for it: in EXIF, else in XMP. Metadata that is damaged states none.
 */
final class Metadata {
  /** EXIF and XMP of a file; what is longer is not looked at. */
  private static final int MOST_BYTES = 16 << 20;

  /** What a compressed text of a PNG may hold. */
  private static final int MOST_TEXT = 1 << 20;

  private static final byte[] EXIF_NAME = latin1("Exif\0\0");
  private static final byte[] XMP_NAME = latin1("http://ns.adobe.com/xap/1.0/\0");
  private static final byte[] PNG_XMP_NAME = latin1("XML:com.adobe.xmp\0");
  private static final byte[] PNG_EXIF_NAME = latin1("Raw profile type exif\0");
  private static final byte[] NONE = {};

  /** Where a WebP says which chunks count; libwebp passes over the others. */
  private static final int WEBP_FLAGS = 20;

  private final byte[] file;
  private byte[] exif = NONE;
  private byte[] xmp = NONE;

  private Metadata(byte[] file) {
    this.file = file;
  }

  /** The orientation of a file that was decoded before; upright for other kinds. */
  static Orientation orientation(ImageKind kind, byte[] file) {
    Metadata metadata = new Metadata(file);
    switch (kind) {
      case JPEG -> metadata.readJpeg();
      case PNG -> metadata.readPng();
      case WEBP -> metadata.readWebp();
      default -> {
        return Orientation.UPRIGHT;
      }
    }
    byte[] directory = metadata.exif;
    for (int i = 0; i < 2 && startsWith(directory, 0, directory.length, EXIF_NAME); i++) {
      directory = Arrays.copyOfRange(directory, EXIF_NAME.length, directory.length);
    }
    return Orientation.of(directory, metadata.xmp);
  }

  /** Application markers up to the first scan; EXIF in several of them is one. */
  private void readJpeg() {
    ByteArrayOutputStream parts = new ByteArrayOutputStream();
    int position = 2;
    while (position + 4 <= file.length) {
      if (file[position] != (byte) 0xff || file[position + 1] == (byte) 0xff) {
        position++;
        continue;
      }
      int marker = file[position + 1] & 0xff;
      position += 2;
      if (marker == 0xda || marker == 0xd9) {
        break;
      }
      if (marker == 0 || marker == 1 || (marker >= 0xd0 && marker <= 0xd7)) {
        continue;
      }
      int start = position + 2;
      int end = position + Bytes.big16(file, position);
      if (end > file.length || end < start) {
        break;
      }
      position = end;
      if (marker == 0xe1 && startsWith(file, start, end, EXIF_NAME)) {
        int from = parts.size() == 0 ? start : start + EXIF_NAME.length;
        if (parts.size() + (end - from) <= MOST_BYTES) {
          parts.write(file, from, end - from);
        }
      } else if (marker == 0xe1 && startsWith(file, start, end, XMP_NAME)) {
        xmp = copy(start + XMP_NAME.length, end);
      }
    }
    exif = parts.toByteArray();
  }

  private void readWebp() {
    if (!startsWith(file, 12, file.length, latin1("VP8X"))) {
      return;
    }
    boolean hasExif = (file[WEBP_FLAGS] & 0x08) != 0;
    boolean hasXmp = (file[WEBP_FLAGS] & 0x04) != 0;
    long position = 12;
    while (position + 8 <= file.length) {
      int start = (int) position + 8;
      long length = Bytes.little32(file, start - 4);
      if (length > file.length - start) {
        return;
      }
      int end = start + (int) length;
      if (hasExif && exif.length == 0 && startsWith(file, start - 8, end, latin1("EXIF"))) {
        exif = copy(start, end);
      } else if (hasXmp && xmp.length == 0 && startsWith(file, start - 8, end, latin1("XMP "))) {
        xmp = copy(start, end);
      }
      position = end + (length & 1);
    }
  }

  /** Of several texts of a name the last one counts, so that only one is ever unpacked. */
  private void readPng() {
    int profile = -1;
    int profileEnd = 0;
    boolean packed = false;
    int text = -1;
    int textEnd = 0;
    long position = 8;
    while (position + 8 <= file.length) {
      int start = (int) position + 8;
      long length = Bytes.big32(file, start - 8);
      if (length > file.length - start) {
        break;
      }
      int end = start + (int) length;
      switch (new String(file, start - 4, 4, StandardCharsets.ISO_8859_1)) {
        case "eXIf" -> exif = copy(start, end);
        case "tEXt", "zTXt" -> {
          if (startsWith(file, start, end, PNG_EXIF_NAME)) {
            packed = file[start - 4] == 'z';
            profile = start + PNG_EXIF_NAME.length;
            profileEnd = end;
          }
        }
        case "iTXt" -> {
          if (startsWith(file, start, end, PNG_XMP_NAME)) {
            text = start + PNG_XMP_NAME.length;
            textEnd = end;
          }
        }
        default -> {}
      }
      position = end + 4L;
    }
    if (text >= 0) {
      readInternationalText(text, textEnd);
    }
    if (exif.length == 0 && profile >= 0) {
      exif = unhex(packed ? inflate(profile + 1, profileEnd) : copy(profile, profileEnd));
    }
  }

  /** Compression flag and method, language, translated name, text. */
  private void readInternationalText(int start, int end) {
    int at = start + 2;
    for (int zeros = 0; zeros < 2 && at < end; at++) {
      if (file[at] == 0) {
        zeros++;
      }
    }
    if (at < end) {
      xmp = file[start] == 0 ? copy(at, end) : inflate(at, end);
    }
  }

  /** The hexadecimal digits after three lines: nothing, the name, the length. */
  private static byte[] unhex(byte[] profile) {
    String[] lines = new String(profile, StandardCharsets.ISO_8859_1).split("\n", 4);
    try {
      return lines.length < 4 ? NONE : HexFormat.of().parseHex(lines[3].replace("\n", "").strip());
    } catch (IllegalArgumentException e) {
      return NONE; // no digits, so no profile
    }
  }

  private byte[] inflate(int start, int end) {
    if (start >= end) {
      return NONE;
    }
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(file, start, end - start);
      byte[] text = new byte[MOST_TEXT];
      int length = inflater.inflate(text);
      return inflater.finished() ? Arrays.copyOf(text, length) : NONE;
    } catch (DataFormatException e) {
      return NONE; // damaged, so it states nothing
    } finally {
      inflater.end();
    }
  }

  private byte[] copy(int start, int end) {
    return end - start > MOST_BYTES ? NONE : Arrays.copyOfRange(file, start, end);
  }

  private static boolean startsWith(byte[] bytes, int start, int end, byte[] name) {
    return end - start >= name.length
        && Arrays.equals(bytes, start, start + name.length, name, 0, name.length);
  }

  private static byte[] latin1(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
