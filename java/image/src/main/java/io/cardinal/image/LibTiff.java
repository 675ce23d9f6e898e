// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

import com.sun.jna.Callback;
import com.sun.jna.CallbackReference;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Ordinary JPEG by the same libjpeg-turbo, but through the libtiff beside it: the file becomes the
 * one strip of a TIFF in memory. libtiff lets libjpeg write its RGB bytes where they are wanted,
 * and turns its errors into an answer.
 *
 * <p>leptonica's own reader makes words of them, byte by byte, from a row that libjpeg writes past
 * the caches where its address is a multiple of 32: that alone can take longer than all decoding.
 *
 * <p>Thread-safe: calls share nothing but the functions.
 */
final class LibTiff {
  /** Scans and pixels of a progressive file below which libtiff's own limits do not show. */
  private static final int MOST_SCANS = 90;

  private static final long MOST_PIXELS_IN_SCANS = 8_000_000;

  /** Bytes of a file, and of one for each pixel, below which libtiff reads all of them. */
  private static final int MOST_BYTES = 1 << 20;

  private static final long MOST_TIMES_PICTURE = 10;

  private static final int JPEG_COLOUR_MODE = 65538;
  private static final int RGB = 1;

  /** Before the TIFF stands what the callbacks need: its bytes and the position in it. */
  private static final int LENGTH_AT = 0;

  private static final int POSITION_AT = 8;
  private static final int TIFF_AT = 16;

  private static final int TAGS = 11;
  private static final int DIRECTORY_AT = 8;
  private static final int BITS_AT = DIRECTORY_AT + 2 + TAGS * 12 + 4;
  private static final int JPEG_AT = BITS_AT + 3 * Short.BYTES;

  private static final int FROM_START = 0;
  private static final int FROM_POSITION = 1;

  private LibTiff() {}

  /**
   * Loads the functions now.
   *
   * @throws LinkageError if that fails
   */
  static void load() {
    Functions.TIFFSetErrorHandler(null);
  }

  /**
   * Whether a file is of the sort that libtiff decodes, or refuses, as leptonica does: grey, or
   * YCbCr that is marked as such with half the columns and rows of colour at least, in Huffman's
   * codes. Of a picture in one scan libtiff overlooks errors behind that scan, so there must be
   * nothing; several scans are read to the end before the first row. A file that is far longer than
   * its picture, as metadata makes it, libtiff cuts short.
   */
  static boolean takes(JpegHeader header) {
    boolean usualColours =
        header.components() == 1
            ? header.hasFactorsUpTo(1)
            : header.isMarkedYcbcr() && header.hasFactorsUpTo(2);
    boolean usualScans =
        header.isProgressive()
            ? header.scans() < MOST_SCANS
                && (long) header.width() * header.height() <= MOST_PIXELS_IN_SCANS
            : !header.interrupted();
    boolean usualLength =
        header.length() <= MOST_BYTES
            || header.length() <= MOST_TIMES_PICTURE * header.width() * header.height();
    return header.isOrdinary() && usualColours && usualScans && usualLength;
  }

  /** Decodes a file that is {@linkplain #takes taken}. */
  static Pixels jpeg(byte[] file, JpegHeader header) {
    byte[] samples = samples(file, header);
    return new Pixels(
        header.width(), header.height(), header.components() == 1 ? toRgb(samples) : samples);
  }

  private static byte[] samples(byte[] file, JpegHeader header) {
    byte[] samples = new byte[header.width() * header.height() * header.components()];
    try (Memory source = new Memory(TIFF_AT + JPEG_AT + (long) header.length());
        Memory target = new Memory(samples.length)) {
      source.setLong(LENGTH_AT, JPEG_AT + (long) header.length());
      source.setLong(POSITION_AT, 0);
      source.write(TIFF_AT, envelope(header), 0, JPEG_AT);
      source.write(TIFF_AT + JPEG_AT, file, 0, header.length());
      if (!read(source, target, samples.length)) {
        throw Refusal.corrupt(ImageKind.JPEG, "data that can be decoded", "an error in it");
      }
      target.read(0, samples, 0, samples.length);
    }
    return samples;
  }

  private static byte[] toRgb(byte[] greys) {
    byte[] rgb = new byte[greys.length * Pixels.CHANNELS];
    int to = 0;
    for (byte grey : greys) {
      rgb[to] = grey;
      rgb[to + 1] = grey;
      rgb[to + 2] = grey;
      to += Pixels.CHANNELS;
    }
    return rgb;
  }

  private static boolean read(Pointer source, Pointer target, long bytes) {
    Pointer tiff =
        Functions.TIFFClientOpen(
            "jpeg",
            "r",
            source,
            Callbacks.READ,
            Callbacks.WRITE,
            Callbacks.SEEK,
            Callbacks.CLOSE,
            Callbacks.SIZE,
            Callbacks.MAP,
            Callbacks.UNMAP);
    if (tiff == null) {
      return false;
    }
    try {
      return Functions.TIFFSetField(tiff, JPEG_COLOUR_MODE, RGB) == 1
          && Functions.TIFFReadEncodedStrip(tiff, 0, target, bytes) == bytes;
    } finally {
      Functions.TIFFClose(tiff);
    }
  }

  /** The TIFF before its strip: 8 bits a sample, as JPEG in one strip. */
  static byte[] envelope(JpegHeader header) {
    JpegHeader.Factors luma = header.factors().get(0);
    boolean grey = header.components() == 1;
    ByteBuffer out = ByteBuffer.allocate(JPEG_AT).order(ByteOrder.LITTLE_ENDIAN);
    out.putShort((short) 0x4949).putShort((short) 42).putInt(DIRECTORY_AT).putShort((short) TAGS);
    tag(out, 256, 1, header.width());
    tag(out, 257, 1, header.height());
    tag(out, 258, header.components(), grey ? 8 : BITS_AT);
    tag(out, 259, 1, 7); // compression: JPEG
    tag(out, 262, 1, grey ? 1 : 6); // colours: black is zero, or YCbCr
    tag(out, 273, 1, JPEG_AT);
    tag(out, 277, 1, header.components());
    tag(out, 278, 1, header.height()); // rows of a strip
    longTag(out, 279, header.length());
    tag(out, 284, 1, 1); // samples of a pixel together
    tag(out, 530, 2, luma.across() | luma.down() << 16);
    out.putInt(0); // no further picture
    out.putShort((short) 8).putShort((short) 8).putShort((short) 8);
    return out.array();
  }

  /** Of short numbers; three of them stand elsewhere. */
  private static void tag(ByteBuffer out, int tag, int count, int value) {
    out.putShort((short) tag).putShort((short) 3).putInt(count).putInt(value);
  }

  private static void longTag(ByteBuffer out, int tag, int value) {
    out.putShort((short) tag).putShort((short) 4).putInt(1).putInt(value);
  }

  /** libtiff's functions under their own names; sizes and offsets are 64 bits. */
  private static final class Functions {
    static {
      Native.register(Functions.class, NativeLibrary.getInstance(Leptonica.library()));
      TIFFSetErrorHandler(null);
      TIFFSetWarningHandler(null);
    }

    private Functions() {}

    static native @Nullable Pointer TIFFClientOpen(
        String name,
        String mode,
        Pointer handle,
        Pointer read,
        Pointer write,
        Pointer seek,
        Pointer close,
        Pointer size,
        Pointer map,
        Pointer unmap);

    /** Variadic in C; whole numbers are passed alike. */
    static native int TIFFSetField(Pointer tiff, int tag, int value);

    static native long TIFFReadEncodedStrip(Pointer tiff, int strip, Pointer target, long bytes);

    static native void TIFFClose(Pointer tiff);

    static native @Nullable Pointer TIFFSetErrorHandler(@Nullable Pointer handler);

    static native @Nullable Pointer TIFFSetWarningHandler(@Nullable Pointer handler);
  }

  /** A file in memory, for libtiff; the handle is where its length, position and bytes are. */
  private static final class Callbacks {
    private static final Transfer READER = Callbacks::read;
    private static final Transfer WRITER = (handle, bytes, count) -> 0;
    private static final Seek SEEKER = Callbacks::seek;
    private static final Close CLOSER = handle -> 0;
    private static final Size SIZER = handle -> handle.getLong(LENGTH_AT);
    private static final Map MAPPER = Callbacks::map;
    private static final Unmap UNMAPPER = (handle, bytes, count) -> {};

    static final Pointer READ = CallbackReference.getFunctionPointer(READER);
    static final Pointer WRITE = CallbackReference.getFunctionPointer(WRITER);
    static final Pointer SEEK = CallbackReference.getFunctionPointer(SEEKER);
    static final Pointer CLOSE = CallbackReference.getFunctionPointer(CLOSER);
    static final Pointer SIZE = CallbackReference.getFunctionPointer(SIZER);
    static final Pointer MAP = CallbackReference.getFunctionPointer(MAPPER);
    static final Pointer UNMAP = CallbackReference.getFunctionPointer(UNMAPPER);

    private Callbacks() {}

    private static long read(Pointer handle, Pointer target, long count) {
      long position = handle.getLong(POSITION_AT);
      long length = handle.getLong(LENGTH_AT);
      int bytes = (int) Math.max(0, Math.min(count, length - position));
      target.write(0, handle.getByteArray(TIFF_AT + position, bytes), 0, bytes);
      handle.setLong(POSITION_AT, position + bytes);
      return bytes;
    }

    private static long seek(Pointer handle, long offset, int whence) {
      long base =
          switch (whence) {
            case FROM_START -> 0;
            case FROM_POSITION -> handle.getLong(POSITION_AT);
            default -> handle.getLong(LENGTH_AT);
          };
      handle.setLong(POSITION_AT, Math.max(0, base + offset));
      return handle.getLong(POSITION_AT);
    }

    private static int map(Pointer handle, Pointer base, Pointer size) {
      base.setPointer(0, handle.share(TIFF_AT));
      size.setLong(0, handle.getLong(LENGTH_AT));
      return 1;
    }

    interface Transfer extends Callback {
      long invoke(Pointer handle, Pointer bytes, long count);
    }

    interface Seek extends Callback {
      long invoke(Pointer handle, long offset, int whence);
    }

    interface Close extends Callback {
      int invoke(Pointer handle);
    }

    interface Size extends Callback {
      long invoke(Pointer handle);
    }

    interface Map extends Callback {
      int invoke(Pointer handle, Pointer base, Pointer size);
    }

    interface Unmap extends Callback {
      void invoke(Pointer handle, Pointer bytes, long count);
    }
  }
}
