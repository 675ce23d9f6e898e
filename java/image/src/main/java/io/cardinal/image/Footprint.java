// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

import io.cardinal.image.JpegHeader.Factors;
import java.util.Optional;

/**
 * How much memory decoding a file takes at its peak, on the heap and outside, the picture included
 * and the file not: an upper bound of what the decoders here and the libraries under them were
 * measured to take, worked out from the file's header.
 */
final class Footprint {
  /** Code tables, rows and what else does not grow with the picture. */
  private static final long FIXED_NATIVE = 1 << 20;

  private static final long FIXED_HEAP = 1 << 19;
  private static final long MOST_PACKED_TEXT = 1 << 21;
  private static final long WORD = 4;

  /** libjpeg's rows of blocks, before and after interpolation, for each column. */
  private static final long JPEG_COLUMN = 384;

  /** libwebp's rows likewise. */
  private static final long WEBP_COLUMN = 256;

  private static final int BYTES_OF_COEFFICIENT = 2;
  private static final int BLOCK = 8;

  private Footprint() {}

  /**
   * Works the bytes out.
   *
   * @param turned whether the picture may be turned afterwards
   * @return nothing if the header is refused
   */
  static DecodingNeed of(byte[] file, Limits limits, boolean turned) {
    try {
      Optional<ImageKind> kind = ImageKind.of(file);
      return kind.isEmpty() ? DecodingNeed.NONE : of(kind.get(), file, limits, turned);
    } catch (ImageException e) {
      return DecodingNeed.NONE; // decoding refuses it likewise, before it takes anything
    }
  }

  private static DecodingNeed of(ImageKind kind, byte[] file, Limits limits, boolean turned) {
    long length = file.length;
    return switch (kind) {
      case JPEG -> jpeg(JpegMarkers.readHead(file, limits), length, turned);
      case PNG -> {
        PngHeader header = PngChunks.readHeader(file, limits);
        long pixels = pixels(header.width(), header.height());
        long rows = 2L * header.rowBytes(header.width());
        yield need(
            header.width(),
            header.height(),
            Pixels.CHANNELS * pixels + rows + turning(turned, pixels, length),
            0);
      }
      case WEBP -> webp(file, limits, turned);
      case GIF -> {
        GifFrame frame = GifFrame.read(file, limits);
        long pixels = pixels(frame.canvasWidth(), frame.canvasHeight());
        yield need(frame.canvasWidth(), frame.canvasHeight(), Pixels.CHANNELS * pixels, 0);
      }
      case BMP -> {
        BmpHeader header = BmpHeader.read(file, limits);
        long pixels = pixels(header.width(), header.height());
        boolean runs =
            header.compression() == BmpHeader.RUNS_OF_8
                || header.compression() == BmpHeader.RUNS_OF_4;
        long indexes = runs ? pixels : 0;
        yield need(header.width(), header.height(), Pixels.CHANNELS * pixels + indexes, 0);
      }
      case TIFF -> tiff(TiffHeader.read(file, limits), length);
      default -> DecodingNeed.NONE;
    };
  }

  private static DecodingNeed need(int width, int height, long heap, long outside) {
    return new DecodingNeed(width, height, FIXED_HEAP + heap, FIXED_NATIVE + outside);
  }

  private static DecodingNeed jpeg(JpegHeader header, long length, boolean turned) {
    long pixels = pixels(header.width(), header.height());
    long coefficients = header.isProgressive() || header.partial() ? coefficients(header) : 0;
    long library = coefficients + JPEG_COLUMN * header.width();
    long heap = turning(turned, pixels, length);
    if (header.components() == Cmyk.INKS) {
      heap += (2 * Cmyk.INKS + Pixels.CHANNELS) * pixels + 2 * length;
    } else if (header.components() == 1) {
      heap += (1 + Pixels.CHANNELS) * pixels;
      library += pixels + 2 * length;
    } else {
      heap += Pixels.CHANNELS * pixels;
      library += WORD * pixels + 2 * length; // libtiff's samples, or leptonica's words
    }
    return need(header.width(), header.height(), heap, library);
  }

  private static long coefficients(JpegHeader header) {
    long across = header.factors().stream().mapToInt(Factors::across).max().orElse(1);
    long down = header.factors().stream().mapToInt(Factors::down).max().orElse(1);
    long columns = (header.width() + BLOCK * across - 1) / (BLOCK * across) * BLOCK;
    long rows = (header.height() + BLOCK * down - 1) / (BLOCK * down) * BLOCK;
    long sum = 0;
    for (Factors factors : header.factors()) {
      sum += columns * factors.across() * rows * factors.down();
    }
    return sum * BYTES_OF_COEFFICIENT;
  }

  private static DecodingNeed webp(byte[] file, Limits limits, boolean turned) {
    byte[] still = file;
    long canvas = 0;
    long copies = 0;
    int width = 0;
    int height = 0;
    if (WebpAnimation.is(file)) {
      WebpAnimation animation = WebpAnimation.read(file, limits);
      width = animation.canvasWidth();
      height = animation.canvasHeight();
      canvas = pixels(width, height);
      still = animation.still();
      copies = 3L * still.length;
    }
    WebpHeader header = WebpHeader.read(still, limits);
    long pixels = pixels(header.width(), header.height());
    return need(
        Math.max(width, header.width()),
        Math.max(height, header.height()),
        Pixels.CHANNELS * (pixels + canvas)
            + copies
            + turning(turned, Math.max(pixels, canvas), file.length),
        2 * WORD * pixels // libwebp's, then leptonica's
            + WEBP_COLUMN * header.width()
            + header.tableBytes()
            + file.length);
  }

  private static DecodingNeed tiff(TiffHeader header, long length) {
    long pixels = pixels(header.width(), header.height());
    boolean upright = Orientation.of(header.directory()) == Orientation.UPRIGHT;
    long picture = (upright ? 1L : 2L) * Pixels.CHANNELS * pixels;
    if (header.compression() == TiffHeader.JPEG) {
      long segment = pixels(header.segmentWidth(), header.segmentHeight());
      boolean inks = header.sort().samples() == Cmyk.INKS;
      long samples = inks ? 2 * Cmyk.INKS + Pixels.CHANNELS : 1 + Pixels.CHANNELS;
      long coefficients = (long) BYTES_OF_COEFFICIENT * header.sort().samples() * segment;
      return need(
          header.width(),
          header.height(),
          picture + samples * segment + 5 * length,
          coefficients
              + (inks ? 0 : WORD * segment + 2 * length)
              + JPEG_COLUMN * header.segmentWidth());
    }
    long columns = 2L * Integer.BYTES * header.segmentWidth(); // of facsimile codes
    long fourth = header.planar() ? pixels : 0;
    long reversed = header.reversed() ? length : 0;
    return need(
        header.width(),
        header.height(),
        picture + fourth + header.rowBytes() + columns + reversed,
        0);
  }

  /** The picture turned, and what says so: no more than the file has, but for a packed text. */
  private static long turning(boolean turned, long pixels, long length) {
    long stated = 2 * Math.min(length, Limits.MOST_ANCILLARY) + MOST_PACKED_TEXT;
    return turned ? Pixels.CHANNELS * pixels + stated : 0;
  }

  private static long pixels(int width, int height) {
    return (long) width * height;
  }
}
