// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

import io.cardinal.image.TiffSort.Meaning;

/**
 * What the first directory of a TIFF says about its picture.
 *
 * @param directory the directory itself
 * @param width pixels a row as stored, at least 1
 * @param height rows as stored, at least 1
 * @param compression one of the constants here
 * @param reversed whether the first pixel has the lowest bits of a byte
 * @param planar whether each sample has segments of its own
 * @param predictor 1 none, 2 differences of neighbours
 * @param photometric what samples stand for, as stated
 * @param sort the same, as Pillow takes it
 * @param tiled whether the segments are tiles and not strips
 * @param segmentWidth pixels of a row of a segment, at least 1
 * @param segmentHeight rows of a segment, at least 1
 */
record TiffHeader(
    TiffDirectory directory,
    int width,
    int height,
    int compression,
    boolean reversed,
    boolean planar,
    int predictor,
    int photometric,
    TiffSort sort,
    boolean tiled,
    int segmentWidth,
    int segmentHeight) {
  static final int NONE = 1;
  static final int CCITT_ROWS = 2;
  static final int CCITT_GROUP_3 = 3;
  static final int CCITT_GROUP_4 = 4;
  static final int LZW = 5;
  static final int JPEG = 7;
  static final int DEFLATE = 8;
  static final int OLD_DEFLATE = 32_946;
  static final int PACK_BITS = 32_773;

  static final int YCBCR = 6;

  private static final int IMAGE_WIDTH = 256;
  private static final int IMAGE_LENGTH = 257;
  private static final int BITS_PER_SAMPLE = 258;
  private static final int COMPRESSION = 259;
  private static final int PHOTOMETRIC = 262;
  private static final int FILL_ORDER = 266;
  private static final int STRIP_OFFSETS = 273;
  private static final int SAMPLES_PER_PIXEL = 277;
  private static final int ROWS_PER_STRIP = 278;
  private static final int STRIP_BYTE_COUNTS = 279;
  private static final int PLANAR_CONFIGURATION = 284;
  private static final int PREDICTOR = 317;
  private static final int TILE_WIDTH = 322;
  private static final int TILE_LENGTH = 323;
  private static final int TILE_OFFSETS = 324;
  private static final int TILE_BYTE_COUNTS = 325;
  private static final int EXTRA_SAMPLES = 338;
  private static final int SAMPLE_FORMAT = 339;

  private static final int HORIZONTAL = 2;

  /**
   * Reads the header of a file that {@link ImageKind} calls a TIFF.
   *
   * @throws ImageException if it is not one to decode
   */
  static TiffHeader read(byte[] file, Limits limits) {
    TiffDirectory tags =
        TiffDirectory.read(file)
            .filter(directory -> directory.has(IMAGE_WIDTH))
            .orElseThrow(() -> Refusal.truncated(ImageKind.TIFF, "a first directory", file.length));
    Limits.checkAncillary(ImageKind.TIFF, tags.ancillaryBytes());
    long width = tags.integer(IMAGE_WIDTH, 0);
    long height = tags.integer(IMAGE_LENGTH, 0);
    if (width < 1 || height < 1) {
      throw Refusal.corrupt(
          ImageKind.TIFF, "a picture of at least 1 x 1 pixels", width + " x " + height);
    }
    limits.checkPixels(ImageKind.TIFF, width, height);
    int compression = checkedCompression(tags.integer(COMPRESSION, NONE));
    boolean planar = tags.integer(PLANAR_CONFIGURATION, 1) == 2;
    int photometric = (int) clamp(tags.integer(PHOTOMETRIC, 0));
    boolean reversed = tags.integer(FILL_ORDER, 1) == 2;
    boolean tiled = compression == NONE ? !tags.has(STRIP_OFFSETS) : tags.has(TILE_WIDTH);
    long segmentWidth = tiled ? tags.integer(TILE_WIDTH, 0) : width;
    long segmentHeight =
        tiled
            ? tags.integer(TILE_LENGTH, 0)
            : Math.min(height, tags.integer(ROWS_PER_STRIP, height));
    if (segmentWidth < 1 || segmentHeight < 1) {
      throw Refusal.corrupt(
          ImageKind.TIFF,
          "strips or tiles of at least 1 x 1 pixels",
          segmentWidth + " x " + segmentHeight);
    }
    limits.checkPixels(ImageKind.TIFF, segmentWidth, segmentHeight);
    TiffHeader header =
        new TiffHeader(
            tags,
            (int) width,
            (int) height,
            compression,
            reversed,
            planar,
            (int) clamp(tags.integer(PREDICTOR, 1)),
            photometric,
            sort(tags, photometric, reversed, planar, compression),
            tiled,
            (int) segmentWidth,
            (int) segmentHeight);
    header.checkPredictor();
    header.checkPlanes();
    return header;
  }

  int across() {
    return (int) (((long) width + segmentWidth - 1) / segmentWidth);
  }

  int down() {
    return (int) (((long) height + segmentHeight - 1) / segmentHeight);
  }

  /** Segments that lie on each other, one for each sample that is looked at. */
  int planes() {
    if (!planar) {
      return 1;
    }
    return switch (sort.meaning()) {
      case RGB -> sort.premultiplied() ? 4 : 3;
      case CMYK -> 4;
      default -> 1;
    };
  }

  /** Offsets that the file states. */
  long segments() {
    return directory.count(offsetTag());
  }

  /** Where a segment begins; may lie outside the file. */
  long offset(long segment) {
    return directory.integer(offsetTag(), segment, -1);
  }

  /** Bytes of a segment, or -1 if they are not stated. */
  long byteCount(long segment) {
    int tag = tiled && directory.has(TILE_BYTE_COUNTS) ? TILE_BYTE_COUNTS : STRIP_BYTE_COUNTS;
    return directory.integer(tag, segment, -1);
  }

  /** Bits from one pixel to the next within a segment. */
  int bitsPerPixel() {
    return planar ? sort.bits() : sort.bitsPerPixel();
  }

  /** Bytes of a row of a segment. */
  long rowBytes() {
    return ((long) segmentWidth * bitsPerPixel() + 7) / 8;
  }

  private int offsetTag() {
    return tiled && directory.has(TILE_OFFSETS) ? TILE_OFFSETS : STRIP_OFFSETS;
  }

  private static int checkedCompression(long compression) {
    if (compression == LZW
        || compression == JPEG
        || compression == DEFLATE
        || compression == OLD_DEFLATE
        || compression == PACK_BITS
        || (compression >= NONE && compression <= CCITT_GROUP_4)) {
      return (int) compression;
    }
    throw Refusal.unsupported(
        ImageKind.TIFF,
        "no compression, CCITT, LZW, Deflate, PackBits or JPEG",
        "compression " + compression);
  }

  private static TiffSort sort(
      TiffDirectory tags, int photometric, boolean reversed, boolean planar, int compression) {
    long samples = tags.integer(SAMPLES_PER_PIXEL, 1);
    long extras = tags.count(EXTRA_SAMPLES);
    if (samples < 1 || samples > TiffSort.MOST_SAMPLES || extras >= samples + 1) {
      throw Refusal.unsupported(
          ImageKind.TIFF,
          "1 to 6 samples a pixel",
          samples + " samples, " + extras + " of them extra ones");
    }
    long[] extra = new long[(int) extras];
    boolean unspecified = extras > 0;
    for (int i = 0; i < extra.length; i++) {
      extra[i] = tags.integer(EXTRA_SAMPLES, i, 0);
      unspecified = unspecified && extra[i] == 0;
    }
    int bits = bits(tags, (int) samples);
    if (planar && unspecified) {
      samples -= extras;
      extra = new long[0];
    }
    int format = format(tags);
    if (planar && samples == 4 && extra.length == 0 && photometric == 2) {
      extra = new long[] {1}; // libtiff takes such planes for multiplied by the fourth
    }
    boolean jpegColours = photometric == YCBCR && compression == JPEG && !planar;
    return TiffSort.of(
        jpegColours && samples == 3 ? 2 : photometric,
        format,
        reversed,
        bits,
        (int) samples,
        extra,
        tags.isBig());
  }

  /** Bits of all samples, which must be equal. */
  private static int bits(TiffDirectory tags, int samples) {
    long stated = tags.count(BITS_PER_SAMPLE);
    long first = tags.integer(BITS_PER_SAMPLE, 1);
    if (stated > 1 && stated < samples) {
      throw Refusal.corrupt(ImageKind.TIFF, "the bits of each sample", "those of " + stated);
    }
    for (int i = 1; i < Math.min(stated, samples); i++) {
      if (tags.integer(BITS_PER_SAMPLE, i, first) != first) {
        throw Refusal.unsupported(ImageKind.TIFF, "as many bits in each sample", "others");
      }
    }
    return (int) Math.max(0, Math.min(first, 64));
  }

  private static int format(TiffDirectory tags) {
    long first = tags.integer(SAMPLE_FORMAT, 1);
    for (int i = 1; i < Math.min(tags.count(SAMPLE_FORMAT), TiffSort.MOST_SAMPLES); i++) {
      if (tags.integer(SAMPLE_FORMAT, i, first) != first) {
        return 0;
      }
    }
    return (int) clamp(first);
  }

  private void checkPredictor() {
    boolean used = compression == LZW || compression == DEFLATE || compression == OLD_DEFLATE;
    if (used && predictor != 1 && (predictor != HORIZONTAL || sort.bits() < 8)) {
      throw Refusal.unsupported(
          ImageKind.TIFF,
          "no predictor, or differences of 8 to 32 bits",
          "predictor " + predictor + " for " + sort.bits() + " bits");
    }
    boolean deepAndBig =
        directory.isBig()
            && compression != NONE
            && (sort.meaning() == Meaning.SIGNED_NUMBER || sort.meaning() == Meaning.FLOAT_NUMBER);
    if (deepAndBig) {
      throw Refusal.unsupported(
          ImageKind.TIFF, "compressed numbers with their low byte first", "high byte first");
    }
  }

  /** Refuses what Pillow reads as other samples than there are, or not at all. */
  private void checkPlanes() {
    boolean stored = compression == NONE;
    if (planar && (sort.samples() > 4 || (stored && !arePlanesRight()))) {
      throw Refusal.unsupported(
          ImageKind.TIFF,
          "samples of a pixel next to each other",
          "planes of " + sort.bits() + " bits");
    }
    boolean odd = sort.inverted() ? sort.bits() == 8 : sort.bits() < 8;
    if (stored && reversed && odd && (sort.inverted() || sort.meaning() == Meaning.PALETTE)) {
      throw Refusal.unsupported(
          ImageKind.TIFF, "bits in their usual order", "bits in reversed order");
    }
    if (compression >= CCITT_ROWS && compression <= CCITT_GROUP_4 && bitsPerPixel() != 1) {
      throw Refusal.unsupported(
          ImageKind.TIFF, "1 bit a pixel for CCITT", bitsPerPixel() + " bits");
    }
  }

  /** Whether Pillow reads planes that are not compressed as they are. */
  private boolean arePlanesRight() {
    if (reversed || sort.inverted() || sort.premultiplied()) {
      return false;
    }
    return sort.samples() == 1
        ? sort.bits() == 8 || (sort.bits() == 1 && sort.meaning() == Meaning.GREY)
        : sort.samples() > 2 && sort.bits() == 8;
  }

  private static long clamp(long value) {
    return Math.max(-1, Math.min(value, 1 << 20));
  }
}
