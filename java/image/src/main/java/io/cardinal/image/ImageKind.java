// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * Kinds of picture files, told apart by their first bytes alone, as Pillow does: a PNG named {@code
 * .jpg} is a PNG.
 */
public enum ImageKind {
  /** JPEG in its baseline, progressive or arithmetic form. */
  JPEG("JPEG"),
  /** Portable Network Graphics, animated ones included. */
  PNG("PNG"),
  /** WebP, lossy or lossless; of one that moves the first frame. */
  WEBP("WebP"),
  /** GIF; of one that moves the first frame. */
  GIF("GIF"),
  /** Windows bitmap of every sort. */
  BMP("BMP"),
  /** TIFF and BigTIFF; the first picture. */
  TIFF("TIFF"),
  /** JPEG 2000; recognised only. */
  JPEG_2000("JPEG 2000"),
  /** JPEG XL; recognised only. */
  JPEG_XL("JPEG XL"),
  /** HEIF, as telephones write it; recognised only. */
  HEIF("HEIF"),
  /** AVIF; recognised only. */
  AVIF("AVIF"),
  /** Windows icon; recognised only. */
  ICO("ICO"),
  /** Photoshop document; recognised only. */
  PSD("PSD"),
  /** Netpbm (PBM, PGM, PPM); recognised only. */
  PNM("PNM");

  private static final int BMP_HEADER_SIZE_AT = 14;
  private static final List<Integer> BMP_HEADER_SIZES = List.of(12, 40, 52, 56, 64, 108, 124);
  private static final List<String> HEIF_BRANDS =
      List.of("heic", "heix", "hevc", "hevx", "heim", "heis", "mif1", "msf1");

  private final String title;

  ImageKind(String title) {
    this.title = title;
  }

  /** The kinds that are decoded, as words. */
  static String supported() {
    return "JPEG, PNG, WebP, GIF, BMP or TIFF";
  }

  /** {@return the name to show, such as {@code WebP}} */
  public String title() {
    return title;
  }

  /** {@return whether {@link ImageDecoder} decodes this kind; the others are refused by name} */
  public boolean isSupported() {
    return compareTo(TIFF) <= 0;
  }

  /**
   * The kind of a file.
   *
   * @param file the file, or its first 32 bytes at least
   * @return the kind, or empty if the bytes are those of no kind that is known here
   */
  public static Optional<ImageKind> of(byte[] file) {
    String head = new String(file, 0, Math.min(file.length, 32), StandardCharsets.ISO_8859_1);
    if (head.startsWith("\u00ff\u00d8\u00ff")) {
      return Optional.of(JPEG);
    }
    if (head.startsWith("\u0089PNG\r\n\u001a\n")) {
      return Optional.of(PNG);
    }
    if (head.startsWith("RIFF") && head.startsWith("WEBP", 8)) {
      return Optional.of(WEBP);
    }
    return recognised(head);
  }

  private static Optional<ImageKind> recognised(String head) {
    if (head.startsWith("GIF87a") || head.startsWith("GIF89a")) {
      return Optional.of(GIF);
    }
    if (head.startsWith("BM") && isBitmapHeader(head)) {
      return Optional.of(BMP);
    }
    if (startsWithAny(head, "II*\0", "MM\0*", "II+\0", "MM\0+")) {
      return Optional.of(TIFF);
    }
    if (startsWithAny(head, "\0\0\0\fjP  ", "\u00ffO\u00ffQ")) {
      return Optional.of(JPEG_2000);
    }
    if (startsWithAny(head, "\0\0\0\fJXL ", "\u00ff\n")) {
      return Optional.of(JPEG_XL);
    }
    if (head.startsWith("ftyp", 4)) {
      return isoMedia(head.substring(8));
    }
    if (head.startsWith("\0\0\1\0")) {
      return Optional.of(ICO);
    }
    if (head.startsWith("8BPS")) {
      return Optional.of(PSD);
    }
    return head.matches("(?s)P[1-6]\\s[\\d#].*") ? Optional.of(PNM) : Optional.empty();
  }

  private static Optional<ImageKind> isoMedia(String brand) {
    if (startsWithAny(brand, "avif", "avis")) {
      return Optional.of(AVIF);
    }
    return HEIF_BRANDS.stream().anyMatch(brand::startsWith) ? Optional.of(HEIF) : Optional.empty();
  }

  /** Two letters are also how a text may begin, so the size of the second header must fit. */
  private static boolean isBitmapHeader(String head) {
    if (head.length() < BMP_HEADER_SIZE_AT + 4) {
      return false;
    }
    int size = 0;
    for (int i = 3; i >= 0; i--) {
      size = size << 8 | head.charAt(BMP_HEADER_SIZE_AT + i);
    }
    return BMP_HEADER_SIZES.contains(size);
  }

  private static boolean startsWithAny(String head, String... starts) {
    for (String start : starts) {
      if (head.startsWith(start)) {
        return true;
      }
    }
    return false;
  }
}
