// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a stored picture is turned to be seen upright: the eight values of the orientation tag of
 * TIFF and EXIF.
 */
enum Orientation {
  UPRIGHT(1),
  MIRRORED(2),
  UPSIDE_DOWN(3),
  FLIPPED(4),
  TRANSPOSED(5),
  TURNED_RIGHT(6),
  TRANSVERSED(7),
  TURNED_LEFT(8);

  private static final Pattern IN_XMP = Pattern.compile("tiff:Orientation(=\"|>)([0-9])");

  private final int tag;

  Orientation(int tag) {
    this.tag = tag;
  }

  /** The orientation of a number; upright for all but 1 to 8. */
  private static Orientation of(double value) {
    for (Orientation orientation : values()) {
      if (value == orientation.tag) {
        return orientation;
      }
    }
    return UPRIGHT;
  }

  /** The orientation that a TIFF directory states, by its tag or its XMP. */
  static Orientation of(TiffDirectory directory) {
    return directory.has(TiffDirectory.ORIENTATION)
        ? of(directory.number(TiffDirectory.ORIENTATION))
        : ofXmp(directory.bytes(TiffDirectory.XMP));
  }

  /** The orientation in EXIF data, which is a TIFF without a picture, or if it has none in XMP. */
  static Orientation of(byte[] exif, byte[] xmp) {
    Optional<TiffDirectory> directory = TiffDirectory.read(exif);
    if (exif.length > 0 && directory.isEmpty()) {
      return UPRIGHT; // damaged: Pillow gives up, and does not look further
    }
    return directory.isPresent() && directory.get().has(TiffDirectory.ORIENTATION)
        ? of(directory.get())
        : ofXmp(xmp);
  }

  private static Orientation ofXmp(byte[] xmp) {
    Matcher matcher = IN_XMP.matcher(new String(xmp, StandardCharsets.ISO_8859_1));
    return matcher.find() ? of(matcher.group(2).charAt(0) - '0') : UPRIGHT;
  }

  /** The picture upright; itself if it is so already. */
  Pixels turn(Pixels picture) {
    int width = picture.width();
    int height = picture.height();
    int last = width * height - 1;
    int right = width - 1;
    int bottom = last - right;
    return switch (this) {
      case UPRIGHT -> picture;
      case MIRRORED -> copy(picture, width, height, right, -1, width);
      case UPSIDE_DOWN -> copy(picture, width, height, last, -1, -width);
      case FLIPPED -> copy(picture, width, height, bottom, 1, -width);
      case TRANSPOSED -> copy(picture, height, width, 0, width, 1);
      case TURNED_RIGHT -> copy(picture, height, width, bottom, -width, 1);
      case TRANSVERSED -> copy(picture, height, width, last, -width, -1);
      case TURNED_LEFT -> copy(picture, height, width, right, width, -1);
    };
  }

  /**
   * Walks the source in another order.
   *
   * @param first the source pixel of the first target pixel
   * @param across source pixels from one target pixel to the next in its row
   * @param down source pixels from one target row to the next
   */
  private static Pixels copy(
      Pixels picture, int width, int height, int first, int across, int down) {
    byte[] in = picture.rgb();
    byte[] out = new byte[in.length];
    int target = 0;
    for (int y = 0; y < height; y++) {
      int source = (first + y * down) * Pixels.CHANNELS;
      for (int x = 0; x < width; x++) {
        out[target] = in[source];
        out[target + 1] = in[source + 1];
        out[target + 2] = in[source + 2];
        target += Pixels.CHANNELS;
        source += across * Pixels.CHANNELS;
      }
    }
    return new Pixels(width, height, out);
  }
}
