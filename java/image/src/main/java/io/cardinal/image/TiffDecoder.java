// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

import java.util.zip.Inflater;

/**
 * Reads the first picture of a TIFF or BigTIFF and turns it as its orientation tag says, which
 * Pillow does with TIFF alone.
 *
 * <p>Strips and tiles, in planes or not; not compressed, PackBits, LZW, Deflate and CCITT are read
 * here, inflate is the JDK's, JPEG goes the way of JPEG files. Rows of a tile that lie outside the
 * picture are not decoded.
 */
final class TiffDecoder {
  /** Bytes of segments, those that several share counted for each; a multiple of the file. */
  private static final long MOST_BYTES = 64L << 20;

  private static final int MOST_TIMES_FILE = 8;

  /** Pixels a row for CCITT, whose decoder keeps two numbers for each. */
  private static final int MOST_CCITT_WIDTH = 1 << 20;

  private static final int T4_OPTIONS = 292;

  private final byte[] file;
  private final TiffHeader header;
  private final Limits limits;
  private final TiffColours colours;
  private final Inflater inflater = new Inflater();
  private final InflatedBlocks blocks = new InflatedBlocks(inflater);

  private TiffDecoder(byte[] file, TiffHeader header, Limits limits) {
    this.file = file;
    this.header = header;
    this.limits = limits;
    colours = TiffColours.of(header);
  }

  /**
   * Decodes a file that {@link ImageKind} calls a TIFF.
   *
   * @throws ImageException if it is refused
   */
  static Pixels decode(byte[] file, Limits limits) {
    TiffHeader header = TiffHeader.read(file, limits);
    TiffDecoder decoder = new TiffDecoder(file, header, limits);
    try {
      return Orientation.of(header.directory()).turn(decoder.decode());
    } finally {
      decoder.inflater.end();
    }
  }

  private Pixels decode() {
    checkSegments();
    if (header.compression() == TiffHeader.JPEG) {
      return new TiffJpeg(file, header, colours, limits).decode();
    }
    byte[] rgb = new byte[header.width() * header.height() * Pixels.CHANNELS];
    boolean fourPlanes = header.planar() && colours.needsFourPlanes();
    byte[] fourth = new byte[fourPlanes ? header.width() * header.height() : 0];
    byte[] row = new byte[(int) header.rowBytes()];
    int perPlane = header.across() * header.down();
    for (int plane = 0; plane < header.planes(); plane++) {
      for (int i = 0; i < perPlane; i++) {
        decodeSegment(plane, i, (long) plane * perPlane + i, row, rgb, fourth);
      }
    }
    if (fourPlanes) {
      colours.join(rgb, fourth);
    }
    return new Pixels(header.width(), header.height(), rgb);
  }

  /**
   * Refuses files that lack segments, or that could not fill them, before anything is allocated.
   */
  private void checkSegments() {
    long needed = (long) header.across() * header.down() * header.planes();
    boolean stored = header.compression() == TiffHeader.NONE;
    long most = (long) header.across() * header.down() * header.sort().samples();
    boolean surplus = stored && header.segments() > (header.planar() ? most : needed);
    if (header.segments() < needed || (surplus && (header.planar() || needed > 1))) {
      throw Refusal.corrupt(
          ImageKind.TIFF, needed + " strips or tiles", header.segments() + " of them");
    }
    long work = (long) header.across() * header.segmentWidth() * header.height();
    if (header.rowBytes() > Integer.MAX_VALUE - 8
        || work > Math.max(JpegMarkers.MAX_WORK, 2L * header.width() * header.height())) {
      throw Refusal.tooMuchWork(
          ImageKind.TIFF,
          "tiles of at most " + JpegMarkers.MAX_WORK + " pixels in all",
          header.segmentWidth() + " x " + header.segmentHeight() + " pixels each");
    }
    long bytes = 0;
    for (long i = 0; i < needed; i++) {
      bytes += end(segment(i)) - start(segment(i));
    }
    if (bytes > mostBytes(file)) {
      throw Refusal.tooMuchWork(
          ImageKind.TIFF,
          "strips or tiles that do not lie on each other",
          bytes + " bytes of them");
    }
    long rows = (long) header.height() * header.across() * header.planes();
    if (bytes * most() < rows * Math.max(1, header.rowBytes())) {
      throw TiffRows.cutShort(file);
    }
    boolean facsimile =
        header.compression() >= TiffHeader.CCITT_ROWS
            && header.compression() <= TiffHeader.CCITT_GROUP_4;
    if (facsimile && header.segmentWidth() > MOST_CCITT_WIDTH) {
      throw Refusal.unsupported(
          ImageKind.TIFF,
          "at most " + MOST_CCITT_WIDTH + " pixels a row for CCITT",
          header.segmentWidth() + "");
    }
  }

  /** Bytes of segments that a file may have, those that it uses several times included. */
  static long mostBytes(byte[] file) {
    return Math.max(MOST_BYTES, (long) MOST_TIMES_FILE * file.length);
  }

  /** The most bytes that one byte of a segment can become. */
  private long most() {
    return switch (header.compression()) {
      case TiffHeader.NONE -> 1;
      case TiffHeader.PACK_BITS -> 64;
      case TiffHeader.LZW -> 3640;
      case TiffHeader.DEFLATE, TiffHeader.OLD_DEFLATE -> 1032;
      default -> Integer.MAX_VALUE;
    };
  }

  /** Of several offsets of a picture in one stored segment Pillow takes the last. */
  private long segment(long index) {
    boolean one = header.across() * header.down() == 1 && !header.planar();
    return one && header.compression() == TiffHeader.NONE ? header.segments() - 1 : index;
  }

  private int start(long segment) {
    long offset = header.offset(segment);
    if (offset < 0 || offset > file.length) {
      throw TiffRows.cutShort(file);
    }
    return (int) offset;
  }

  private int end(long segment) {
    int start = start(segment);
    if (header.compression() == TiffHeader.NONE) {
      // Pillow goes by the sizes of rows alone.
      long rows = Math.min(header.segmentHeight(), header.height());
      return (int) Math.min(file.length, start + rows * header.rowBytes());
    }
    boolean alone = header.across() * header.down() * header.planes() == 1;
    long count = header.byteCount(segment);
    if (count < 0 && alone) {
      return file.length;
    }
    if (count < 1 || count > file.length - start) {
      throw TiffRows.cutShort(file);
    }
    return start + (int) count;
  }

  private void decodeSegment(
      int plane, int index, long segment, byte[] row, byte[] rgb, byte[] fourth) {
    int left = index % header.across() * header.segmentWidth();
    int top = index / header.across() * header.segmentHeight();
    int count = Math.min(header.segmentWidth(), header.width() - left);
    int rows = Math.min(header.segmentHeight(), header.height() - top);
    TiffRows source = open(segment(segment), (long) rows * row.length);
    for (int y = 0; y < rows; y++) {
      source.next(row);
      if (isPredicted()) {
        int samples = header.planar() ? 1 : header.sort().samples();
        TiffPredictor.undo(row, header.sort().bits(), samples, header.directory().isBig());
      }
      int at = (top + y) * header.width() + left;
      if (!header.planar()) {
        colours.unpack(row, rgb, at, count);
      } else if (plane < Pixels.CHANNELS) {
        colours.unpackPlane(plane, row, rgb, at, count);
      } else {
        colours.unpackFourth(row, fourth, at, count);
      }
    }
  }

  private boolean isPredicted() {
    return header.predictor() != 1
        && (header.compression() == TiffHeader.LZW
            || header.compression() == TiffHeader.DEFLATE
            || header.compression() == TiffHeader.OLD_DEFLATE);
  }

  /** Begins a segment of which so many bytes are wanted. */
  private TiffRows open(long segment, long bytes) {
    int start = start(segment);
    int end = end(segment);
    byte[] data = file;
    int from = start;
    int to = end;
    if (header.reversed()) {
      data = new byte[end - start];
      for (int i = 0; i < data.length; i++) {
        data[i] = (byte) (Integer.reverse(file[start + i]) >>> 24);
      }
      from = 0;
      to = data.length;
    }
    return switch (header.compression()) {
      case TiffHeader.NONE -> TiffRows.stored(data, from, to);
      case TiffHeader.PACK_BITS -> new PackBitsRows(data, from, to);
      case TiffHeader.LZW -> new TiffLzwRows(data, from, to);
      case TiffHeader.DEFLATE, TiffHeader.OLD_DEFLATE ->
          new DeflateRows(data, from, to, inflater, blocks, bytes);
      default -> new CcittRows(data, from, to, header.segmentWidth(), form());
    };
  }

  private CcittRows.Form form() {
    boolean mixed = (header.directory().integer(T4_OPTIONS, 0) & 1) != 0;
    return switch (header.compression()) {
      case TiffHeader.CCITT_ROWS -> CcittRows.Form.ROWS;
      case TiffHeader.CCITT_GROUP_4 -> CcittRows.Form.GROUP_4;
      default -> mixed ? CcittRows.Form.GROUP_3_MIXED : CcittRows.Form.GROUP_3;
    };
  }
}
