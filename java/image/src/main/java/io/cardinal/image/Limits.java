// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

import io.cardinal.image.ImageException.Reason;

/** What a decoder may be asked to take: checked from headers, before anything is allocated. */
record Limits(long maxBytes, long maxPixels) {
  /** What one byte array holds at three bytes a pixel. */
  static final long MOST_PIXELS = 700_000_000;

  /**
   * Bytes of colour profiles, EXIF, XMP, texts and comments of one file, in all; a photograph has
   * some ten thousand.
   */
  static final long MOST_ANCILLARY = 16L << 20;

  Limits {
    if (maxBytes < 1) {
      throw new IllegalArgumentException("maxBytes must be at least 1, is " + maxBytes);
    }
    if (maxPixels < 1 || maxPixels > MOST_PIXELS) {
      throw new IllegalArgumentException(
          "maxPixels must be from 1 to " + MOST_PIXELS + ", is " + maxPixels);
    }
  }

  void checkBytes(long bytes) {
    if (bytes > maxBytes) {
      throw new ImageException(
          Reason.TOO_MANY_BYTES,
          "the file is too large",
          "at most " + maxBytes + " bytes",
          bytes + " bytes",
          "raise the limit if the file is to be trusted");
    }
  }

  /** Refuses a file over {@link #MOST_ANCILLARY}; nothing of it need be read or unpacked. */
  static void checkAncillary(ImageKind kind, long bytes) {
    if (bytes > MOST_ANCILLARY) {
      throw new ImageException(
          Reason.TOO_MUCH_WORK,
          "the " + kind.title() + " file has too much beside its picture",
          "at most " + MOST_ANCILLARY + " bytes of profiles, EXIF, XMP, texts and comments",
          bytes + " bytes or more",
          "save it without them");
    }
  }

  /** Refuses a picture over the limit; sizes of zero are the decoder's to refuse. */
  void checkPixels(ImageKind kind, long width, long height) {
    if (width > maxPixels || height > maxPixels || width * height > maxPixels) {
      throw new ImageException(
          Reason.TOO_MANY_PIXELS,
          "the " + kind.title() + " picture is too large",
          "at most " + maxPixels + " pixels",
          width + " x " + height + " pixels in the header",
          "make it smaller, or raise the limit if the file is to be trusted");
    }
  }
}
