// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

import io.cardinal.image.ImageException.Reason;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Decodes picture files to the RGB samples that Pillow 13 gives, byte for byte: {@code
 * Image.open(file).convert("RGB")}.
 *
 * <p>JPEG (baseline, progressive, arithmetic; grey, YCbCr, RGB, CMYK and YCCK; any subsampling),
 * PNG and BMP of every sort, WebP, GIF and TIFF of the usual ones, of several pictures the first;
 * other kinds are refused by name. No colour management, no gamma; alpha is dropped, never blended.
 * The orientation tag of a TIFF is followed, as Pillow does, that of other kinds only {@linkplain
 * #withExifOrientation on request}.
 *
 * <p>A file that ends early is refused, also where only a JPEG's end marker is missing: there are
 * no half-grey pictures. Nonsense inside a JPEG's scan is shown as libjpeg shows it, as Pillow does
 * (for some sorts libjpeg then writes one line to the standard error stream of the process).
 *
 * <p>Limits are checked by counting, never by a clock, so that a refusal depends on the file alone:
 * bytes; pixels, from the header; for JPEGs of several scans at most 100 of them, and pixels times
 * scans at most 400 million; 16 MiB of colour profiles, EXIF, XMP, texts and comments in all; 64
 * MiB of WebP's code tables. Of several frames or pages one is decoded, whatever their number.
 * {@link #decodingNeed} says how much memory a file takes. Metadata is skipped but for the
 * orientation, where that is asked for; only then is a packed text unpacked: one, up to 1 MiB.
 *
 * <p>Instances are immutable and may be used from any number of threads at once.
 */
public final class ImageDecoder {
  /** Bytes of a file that are taken unless told otherwise: 256 MiB. */
  public static final long DEFAULT_MAX_BYTES = 256L << 20;

  /** Pixels of a picture that are taken unless told otherwise: 50 million. */
  public static final long DEFAULT_MAX_PIXELS = 50_000_000;

  private static final ImageDecoder STANDARD =
      new ImageDecoder(new Limits(DEFAULT_MAX_BYTES, DEFAULT_MAX_PIXELS), false);

  private final Limits limits;
  private final boolean turned;

  private ImageDecoder(Limits limits, boolean turned) {
    this.limits = limits;
    this.turned = turned;
  }

  /** {@return the decoder with the default limits} */
  public static ImageDecoder standard() {
    return STANDARD;
  }

  /**
   * The same decoder with another limit.
   *
   * @param maxBytes the largest file to take, at least 1
   * @return a copy with that limit
   */
  public ImageDecoder withMaxBytes(long maxBytes) {
    return new ImageDecoder(new Limits(maxBytes, limits.maxPixels()), turned);
  }

  /**
   * The same decoder with another limit.
   *
   * @param maxPixels the largest picture to take, width times height; from 1 to 700 million
   * @return a copy with that limit
   */
  public ImageDecoder withMaxPixels(long maxPixels) {
    return new ImageDecoder(new Limits(limits.maxBytes(), maxPixels), turned);
  }

  /**
   * The same decoder, turning pictures or not.
   *
   * @param turn whether JPEG, PNG and WebP are turned as their EXIF, or else their XMP, says they
   *     are to be seen: {@code ImageOps.exif_transpose}. Values other than 1 to 8, and metadata
   *     that is damaged, are ignored. Not so unless told otherwise, as PyTorch's loaders do.
   * @return a copy that does so
   */
  public ImageDecoder withExifOrientation(boolean turn) {
    return new ImageDecoder(limits, turn);
  }

  /** {@return whether pictures are turned as their EXIF says} */
  public boolean exifOrientation() {
    return turned;
  }

  /** {@return the largest file that is taken, in bytes} */
  public long maxBytes() {
    return limits.maxBytes();
  }

  /** {@return the largest picture that is taken, in pixels} */
  public long maxPixels() {
    return limits.maxPixels();
  }

  /**
   * Loads the native libraries now, where the first JPEG or WebP (or TIFF with a JPEG inside)
   * would.
   *
   * @return their versions in one line, for a diagnosis
   * @throws LinkageError if they cannot be loaded, with the cause
   */
  public static String codecVersions() {
    return Leptonica.versions();
  }

  /**
   * How much memory {@link #decode} takes at its peak for a file: an upper bound, worked out from
   * the header without decoding. For a budget of memory from which files are admitted.
   *
   * @param file the whole file
   * @return the bytes; none if the header is refused, so that decoding will take next to nothing
   */
  public DecodingNeed decodingNeed(byte[] file) {
    return file.length == 0 || file.length > limits.maxBytes()
        ? DecodingNeed.NONE
        : Footprint.of(file, limits, turned);
  }

  /**
   * Refuses a file that is too large before it is read.
   *
   * @param bytes of the file
   * @throws ImageException if they are more than {@link #maxBytes}
   */
  public void checkBytes(long bytes) {
    limits.checkBytes(bytes);
  }

  /**
   * Decodes a file.
   *
   * @param file the whole file; must not change during the call
   * @return the picture
   * @throws ImageException if the file is refused, with the reason
   * @throws LinkageError if the native libraries cannot be loaded
   */
  public Pixels decode(byte[] file) {
    if (file.length == 0) {
      throw new ImageException(
          Reason.EMPTY, "the file is empty", "a picture", "0 bytes", "copy or download it again");
    }
    limits.checkBytes(file.length);
    Optional<ImageKind> kind = ImageKind.of(file);
    if (kind.isEmpty()) {
      throw new ImageException(
          Reason.NOT_AN_IMAGE,
          "the file is no picture",
          ImageKind.supported(),
          "first bytes " + firstBytes(file),
          "check what the file really is");
    }
    Pixels pixels = decode(kind.get(), file);
    return turned ? Metadata.orientation(kind.get(), file).turn(pixels) : pixels;
  }

  private Pixels decode(ImageKind kind, byte[] file) {
    return switch (kind) {
      case JPEG -> {
        JpegHeader header = JpegMarkers.read(file, limits);
        yield header.components() == Cmyk.INKS
            ? CmykJpeg.decode(file, header)
            : Leptonica.jpeg(file, header);
      }
      case PNG -> PngDecoder.decode(file, limits);
      case WEBP -> WebpDecoder.decode(file, limits);
      case GIF -> GifDecoder.decode(file, limits);
      case BMP -> BmpDecoder.decode(file, limits);
      case TIFF -> TiffDecoder.decode(file, limits);
      default ->
          throw new ImageException(
              Reason.UNSUPPORTED,
              kind.title() + " pictures are not supported",
              ImageKind.supported(),
              kind.title(),
              "convert it to JPEG or PNG");
    };
  }

  private static String firstBytes(byte[] file) {
    return HexFormat.ofDelimiter(" ").formatHex(file, 0, Math.min(8, file.length));
  }
}
