// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

import static org.bytedeco.leptonica.global.leptonica.L_JPEG_CONTINUE_WITH_BAD_DATA;
import static org.bytedeco.leptonica.global.leptonica.L_SEVERITY_NONE;
import static org.bytedeco.leptonica.global.leptonica.getImagelibVersions;
import static org.bytedeco.leptonica.global.leptonica.getLeptonicaVersion;
import static org.bytedeco.leptonica.global.leptonica.lept_free;
import static org.bytedeco.leptonica.global.leptonica.pixDestroy;
import static org.bytedeco.leptonica.global.leptonica.pixGetData;
import static org.bytedeco.leptonica.global.leptonica.pixGetDepth;
import static org.bytedeco.leptonica.global.leptonica.pixGetHeight;
import static org.bytedeco.leptonica.global.leptonica.pixGetWidth;
import static org.bytedeco.leptonica.global.leptonica.pixGetWpl;
import static org.bytedeco.leptonica.global.leptonica.pixReadMemJpeg;
import static org.bytedeco.leptonica.global.leptonica.pixReadMemWebP;
import static org.bytedeco.leptonica.global.leptonica.setMsgSeverity;

import java.util.Objects;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.leptonica.PIX;
import org.jspecify.annotations.Nullable;

/**
 * The native decoders, through leptonica: libjpeg-turbo and libwebp. The only class here that knows
 * them.
 *
 * <p>Files come here after their headers were read in Java. leptonica's readers keep no state
 * between calls and may run on several threads. Its raster is freed before a call returns; the
 * pointers that JavaCPP makes for it own nothing, so none has a deallocator.
 */
final class Leptonica {
  /** Words of the raster that are fetched at once: 256 KiB. */
  private static final int WORDS_AT_ONCE = 1 << 16;

  private static final int FULL_SIZE = 1;
  private static final int NO_COLOUR_MAP = 0;

  private static final LibTiff LIB_TIFF = Loading.libTiff();

  static {
    setMsgSeverity(L_SEVERITY_NONE);
  }

  /**
   * Loads on a thread of its own: an interrupt of the caller's would end it, and a class that could
   * not be initialised stays so. Not a lambda of the class that waits for it.
   */
  private static final class Loading extends Thread {
    private @Nullable LibTiff libTiff;
    private @Nullable Throwable failure;

    private Loading() {
      super("cardinal-loading");
      setDaemon(true);
    }

    static LibTiff libTiff() {
      Loading loading = new Loading();
      loading.start();
      boolean isInterrupted = false;
      while (loading.isAlive()) {
        try {
          loading.join();
        } catch (InterruptedException e) {
          isInterrupted = true;
        }
      }
      if (isInterrupted) {
        currentThread().interrupt();
      }
      if (loading.failure != null) {
        throw new LinkageError("leptonica's library cannot be loaded", loading.failure);
      }
      return Objects.requireNonNull(loading.libTiff);
    }

    @Override
    public void run() {
      try {
        String path = Loader.load(org.bytedeco.leptonica.global.leptonica.class);
        if (!path.endsWith("/libjnileptonica.so")) { // a link: its classes are another loader's
          throw new LinkageError("another class loader of this process has loaded " + path);
        }
        libTiff = new LibTiff(path);
      } catch (LinkageError | RuntimeException e) { // thrown again by libTiff
        failure = e;
      }
    }
  }

  private Leptonica() {}

  static String versions() {
    return text(getLeptonicaVersion()) + " : " + text(getImagelibVersions());
  }

  /** Decodes a JPEG of 1 or 3 components, the quicker way if it may. */
  static Pixels jpeg(byte[] file, JpegHeader header) {
    return LibTiff.takes(header) ? LIB_TIFF.jpeg(file, header) : ownJpeg(file, header);
  }

  /** Decodes any JPEG of 1 or 3 components by leptonica's own reader. */
  static Pixels ownJpeg(byte[] file, JpegHeader header) {
    int[] warnings = new int[1];
    PIX raster =
        pixReadMemJpeg(
            file,
            header.length(),
            NO_COLOUR_MAP,
            FULL_SIZE,
            warnings,
            L_JPEG_CONTINUE_WITH_BAD_DATA);
    return take(ImageKind.JPEG, raster, header.width(), header.height());
  }

  static Pixels webp(byte[] file, WebpHeader header) {
    return take(ImageKind.WEBP, pixReadMemWebP(file, file.length), header.width(), header.height());
  }

  private static Pixels take(ImageKind kind, @Nullable PIX raster, int width, int height) {
    if (raster == null) {
      throw Refusal.corrupt(kind, "data that can be decoded", "an error in it");
    }
    try {
      int depth = pixGetDepth(raster);
      if (pixGetWidth(raster) != width
          || pixGetHeight(raster) != height
          || (depth != 8 && depth != 32)) {
        throw Refusal.corrupt(
            kind,
            "a picture of " + width + " x " + height + " pixels",
            pixGetWidth(raster) + " x " + pixGetHeight(raster) + " pixels of " + depth + " bits");
      }
      return copy(raster, depth, width, height);
    } finally {
      pixDestroy(raster);
    }
  }

  /** Words in the machine's order; the first sample of a word is its highest byte. */
  private static Pixels copy(PIX raster, int depth, int width, int height) {
    byte[] rgb = new byte[width * height * Pixels.CHANNELS];
    int wordsPerRow = pixGetWpl(raster);
    int rowsAtOnce = Math.min(height, Math.max(1, WORDS_AT_ONCE / wordsPerRow));
    int[] words = new int[rowsAtOnce * wordsPerRow];
    IntPointer data = pixGetData(raster);
    for (int top = 0; top < height; top += rowsAtOnce) {
      int rows = Math.min(rowsAtOnce, height - top);
      data.position((long) top * wordsPerRow).get(words, 0, rows * wordsPerRow);
      for (int row = 0; row < rows; row++) {
        int target = (top + row) * width * Pixels.CHANNELS;
        if (depth == 32) {
          unpackColours(words, row * wordsPerRow, rgb, target, width);
        } else {
          unpackGreys(words, row * wordsPerRow, rgb, target, width);
        }
      }
    }
    return new Pixels(width, height, rgb);
  }

  private static void unpackColours(int[] words, int source, byte[] rgb, int target, int width) {
    int to = target;
    for (int x = 0; x < width; x++) {
      int word = words[source + x];
      rgb[to] = (byte) (word >>> 24);
      rgb[to + 1] = (byte) (word >>> 16);
      rgb[to + 2] = (byte) (word >>> 8);
      to += Pixels.CHANNELS;
    }
  }

  private static void unpackGreys(int[] words, int source, byte[] rgb, int target, int width) {
    int to = target;
    for (int x = 0; x < width; x++) {
      byte grey = (byte) (words[source + (x >> 2)] >>> (24 - 8 * (x & 3)));
      rgb[to] = grey;
      rgb[to + 1] = grey;
      rgb[to + 2] = grey;
      to += Pixels.CHANNELS;
    }
  }

  private static String text(@Nullable BytePointer string) {
    if (string == null) {
      return "unknown";
    }
    String text = string.getString();
    lept_free(string);
    return text;
  }
}
