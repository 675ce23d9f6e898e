// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

import com.sun.jna.Callback;
import com.sun.jna.CallbackReference;
import com.sun.jna.Function;
import com.sun.jna.Library;
import com.sun.jna.Memory;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Ordinary JPEG by the same libjpeg-turbo, but through the libtiff beside it: the file becomes the
 * one strip of a TIFF in memory. libtiff lets libjpeg write its RGB bytes where they are wanted,
 * and turns its errors into an answer.
 *
 * <p>leptonica's own reader makes words of them, byte by byte, from a row that libjpeg writes past
 * the caches where its address is a multiple of 32: that alone can take longer than all decoding.
 *
 * <p>Thread-safe: calls share nothing but the functions. A variadic function is passed whole
 * numbers as any other.
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

  private static final int RTLD_LAZY = 1;

  /** Among the arguments of TIFFClientOpen: what the callbacks are given. */
  private static final int SOURCE = 2;

  private static final Object[] NO_HANDLER = {Pointer.NULL};

  private static final int FROM_START = 0;
  private static final int FROM_POSITION = 1;

  private final Object[] opening;
  private final Function open;
  private final Function setField;
  private final Function readStrip;
  private final Function close;

  /**
   * Finds the functions. They are called by name rather than bound to a class of ours, which JNA
   * would hold for as long as the process lives; and the library is opened for them alone, where
   * JNA's default would show its names to all others: to the JVM, which takes another application's
   * JavaCPP for its own part then.
   *
   * @param library path of a library that leads to libtiff
   * @throws LinkageError if they cannot be had
   */
  LibTiff(String library) {
    NativeLibrary functions =
        NativeLibrary.getInstance(library, Map.of(Library.OPTION_OPEN_FLAGS, RTLD_LAZY));
    Stream<Pointer> pointers = Callbacks.ALL.stream().map(CallbackReference::getFunctionPointer);
    opening = Stream.concat(Stream.of(string("jpeg"), string("r"), null), pointers).toArray();
    open = functions.getFunction("TIFFClientOpen");
    setField = functions.getFunction("TIFFSetField");
    readStrip = functions.getFunction("TIFFReadEncodedStrip");
    close = functions.getFunction("TIFFClose");
    functions.getFunction("TIFFSetErrorHandler").invokePointer(NO_HANDLER);
    functions.getFunction("TIFFSetWarningHandler").invokePointer(NO_HANDLER);
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
  Pixels jpeg(byte[] file, JpegHeader header) {
    byte[] samples = samples(file, header);
    return new Pixels(
        header.width(), header.height(), header.components() == 1 ? toRgb(samples) : samples);
  }

  private byte[] samples(byte[] file, JpegHeader header) {
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

  private boolean read(Pointer source, Pointer target, long bytes) {
    Object[] arguments = opening.clone();
    arguments[SOURCE] = source;
    Pointer tiff = open.invokePointer(arguments);
    if (tiff == null) {
      return false;
    }
    try {
      return setField.invokeInt(new Object[] {tiff, JPEG_COLOUR_MODE, RGB}) == 1
          && readStrip.invokeLong(new Object[] {tiff, 0, target, bytes}) == bytes;
    } finally {
      close.invokeVoid(new Object[] {tiff});
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

  private static Memory string(String ascii) {
    Memory memory = new Memory(ascii.length() + 1L);
    memory.setString(0, ascii);
    return memory;
  }

  /** Of short numbers; three of them stand elsewhere. */
  private static void tag(ByteBuffer out, int tag, int count, int value) {
    out.putShort((short) tag).putShort((short) 3).putInt(count).putInt(value);
  }

  private static void longTag(ByteBuffer out, int tag, int value) {
    out.putShort((short) tag).putShort((short) 4).putInt(1).putInt(value);
  }

  /** A file in memory, for libtiff; the handle is where its length, position and bytes are. */
  @SuppressWarnings("UnusedMethod") // JNA calls them
  private static final class Callbacks {
    private static final Transfer READ = Callbacks::read;
    private static final Transfer WRITE = (handle, bytes, count) -> 0;
    private static final Seek SEEK = Callbacks::seek;
    private static final Close CLOSE = handle -> 0;
    private static final Size SIZE = handle -> handle.getLong(LENGTH_AT);
    private static final Mapping MAP = Callbacks::map;
    private static final Unmapping UNMAP = (handle, bytes, count) -> {};

    /** In the order in which TIFFClientOpen takes them; JNA lets go what nobody else holds. */
    static final List<Callback> ALL = List.of(READ, WRITE, SEEK, CLOSE, SIZE, MAP, UNMAP);

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

    interface Mapping extends Callback {
      int invoke(Pointer handle, Pointer base, Pointer size);
    }

    interface Unmapping extends Callback {
      void invoke(Pointer handle, Pointer bytes, long count);
    }
  }
}
