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
  private static final long FIXED = 1 << 20;

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
   * @return 0 if the header is refused
   */
  static long of(byte[] file, Limits limits, boolean turned) {
    try {
      Optional<ImageKind> kind = ImageKind.of(file);
      return kind.isEmpty() ? 0 : FIXED + of(kind.get(), file, limits, turned);
    } catch (ImageException e) {
      return 0; // decoding refuses it likewise, before it takes anything
    }
  }

  private static long of(ImageKind kind, byte[] file, Limits limits, boolean turned) {
    return switch (kind) {
      case JPEG -> {
        JpegHeader header = JpegMarkers.readHead(file, limits);
        yield jpeg(header, file.length) + turning(turned, pixels(header.width(), header.height()));
      }
      case PNG -> {
        PngHeader header = PngChunks.readHeader(file, limits);
        long pixels = pixels(header.width(), header.height());
        yield Pixels.CHANNELS * pixels
            + 2L * header.rowBytes(header.width())
            + turning(turned, pixels);
      }
      case WEBP -> webp(file, limits, turned);
      case GIF -> {
        GifFrame frame = GifFrame.read(file, limits);
        yield Pixels.CHANNELS * pixels(frame.canvasWidth(), frame.canvasHeight());
      }
      case BMP -> {
        BmpHeader header = BmpHeader.read(file, limits);
        yield (Pixels.CHANNELS + 1) * pixels(header.width(), header.height());
      }
      case TIFF -> tiff(TiffHeader.read(file, limits), file.length);
      default -> 0;
    };
  }

  private static long jpeg(JpegHeader header, long fileBytes) {
    long pixels = pixels(header.width(), header.height());
    long coefficients = header.isProgressive() || header.partial() ? coefficients(header) : 0;
    long library = coefficients + JPEG_COLUMN * header.width() + 2 * fileBytes;
    if (header.components() == Cmyk.INKS) {
      return library + (2 * Cmyk.INKS + Pixels.CHANNELS) * pixels;
    }
    // Samples from libtiff and their copy, or leptonica's raster; then the picture.
    int samples = header.components() == 1 ? 2 : Pixels.CHANNELS + 1;
    return library + (samples + Pixels.CHANNELS) * pixels;
  }

  private static long coefficients(JpegHeader header) {
    int across = header.factors().stream().mapToInt(Factors::across).max().orElse(1);
    int down = header.factors().stream().mapToInt(Factors::down).max().orElse(1);
    long columns = (header.width() + BLOCK * across - 1L) / (BLOCK * across) * BLOCK;
    long rows = (header.height() + BLOCK * down - 1L) / (BLOCK * down) * BLOCK;
    long sum = 0;
    for (Factors factors : header.factors()) {
      sum += columns * factors.across() * rows * factors.down();
    }
    return sum * BYTES_OF_COEFFICIENT;
  }

  private static long webp(byte[] file, Limits limits, boolean turned) {
    long canvas = 0;
    long copy = file.length;
    byte[] still = file;
    if (WebpAnimation.is(file)) {
      WebpAnimation animation = WebpAnimation.read(file, limits);
      canvas = pixels(animation.canvasWidth(), animation.canvasHeight());
      still = animation.still();
      copy += 3L * still.length;
    }
    WebpHeader header = WebpHeader.read(still, limits);
    long pixels = pixels(header.width(), header.height());
    // libwebp's own words, leptonica's raster, the picture.
    return (4 + 4 + Pixels.CHANNELS) * pixels
        + Pixels.CHANNELS * canvas
        + WEBP_COLUMN * header.width()
        + copy
        + turning(turned, Math.max(pixels, canvas));
  }

  private static long tiff(TiffHeader header, long fileBytes) {
    long pixels = pixels(header.width(), header.height());
    boolean upright = Orientation.of(header.directory()) == Orientation.UPRIGHT;
    long picture = (upright ? 1 : 2) * Pixels.CHANNELS * pixels;
    if (header.compression() == TiffHeader.JPEG) {
      long segment = pixels(header.segmentWidth(), header.segmentHeight());
      boolean inks = header.sort().samples() == Cmyk.INKS;
      long samples = inks ? 2 * Cmyk.INKS + Pixels.CHANNELS : 2 * Pixels.CHANNELS + 1;
      long coefficients = BYTES_OF_COEFFICIENT * header.sort().samples() * segment;
      return picture
          + samples * segment
          + coefficients
          + JPEG_COLUMN * header.segmentWidth()
          + 5 * fileBytes;
    }
    long columns = 2L * Integer.BYTES * header.segmentWidth(); // of facsimile codes
    long fourth = header.planar() ? pixels : 0;
    return picture + fourth + header.rowBytes() + columns + (header.reversed() ? fileBytes : 0);
  }

  private static long turning(boolean turned, long pixels) {
    return turned ? Pixels.CHANNELS * pixels + 2 * Limits.MOST_ANCILLARY : 0;
  }

  private static long pixels(int width, int height) {
    return (long) width * height;
  }
}
