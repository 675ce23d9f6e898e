// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

import io.cardinal.image.JpegHeader.Factors;
import io.cardinal.image.TiffSort.Meaning;
import java.io.ByteArrayOutputStream;

/**
 * JPEG inside TIFF: each segment is a JPEG of its own, whose tables may stand in a tag. It is put
 * together as a file, with a marker that states the colours that the TIFF states, and goes the way
 * of JPEG files.
 */
final class TiffJpeg {
  /** Segments of a picture: each costs a call of the decoder, however small it is. */
  private static final int MOST_SEGMENTS = 1 << 16;

  private static final int TABLES = 347;
  private static final byte[] START = {(byte) 0xff, (byte) 0xd8};
  private static final byte[] ADOBE = {
    (byte) 0xff, (byte) 0xee, 0, 14, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, 0
  };

  private final byte[] file;
  private final TiffHeader header;
  private final TiffColours colours;
  private final Limits limits;
  private final byte[] tables;
  private long work;

  TiffJpeg(byte[] file, TiffHeader header, TiffColours colours, Limits limits) {
    this.file = file;
    this.header = header;
    this.colours = colours;
    this.limits = limits;
    tables = header.directory().bytes(TABLES);
  }

  /** Decodes all segments, once all their scans are counted. */
  Pixels decode() {
    TiffSort sort = header.sort();
    boolean known =
        sort.bits() == 8
            && !header.planar()
            && ((sort.meaning() == Meaning.GREY && sort.samples() == 1)
                || (sort.meaning() == Meaning.RGB && sort.samples() == 3)
                || (sort.meaning() != Meaning.PALETTE && sort.samples() == 4));
    int segments = header.across() * header.down();
    if (!known || segments > MOST_SEGMENTS) {
      throw Refusal.unsupported(
          ImageKind.TIFF,
          "JPEG of grey, RGB, RGBA or CMYK pixels in at most " + MOST_SEGMENTS + " strips or tiles",
          sort.samples() + " samples of " + sort.bits() + " bits in " + segments);
    }
    // Each segment is put together with the tables, so they cost as if they stood in each.
    if ((long) segments * tables.length > TiffDecoder.mostBytes(file)) {
      throw Refusal.tooMuchWork(
          ImageKind.TIFF,
          "JPEG tables of some hundred bytes",
          tables.length + " bytes for each of " + segments + " strips or tiles");
    }
    for (int i = 0; i < segments; i++) {
      JpegHeader found = JpegMarkers.read(assemble(i), limits);
      int rows = rows(i);
      boolean last = top(i) + rows == header.height();
      check(found, header.tiled() ? header.segmentHeight() : rows, last);
    }
    byte[] rgb = new byte[header.width() * header.height() * Pixels.CHANNELS];
    for (int i = 0; i < segments; i++) {
      decodeSegment(i, rgb);
    }
    return new Pixels(header.width(), header.height(), rgb);
  }

  private void decodeSegment(int index, byte[] rgb) {
    int left = index % header.across() * header.segmentWidth();
    int top = top(index);
    int count = Math.min(header.segmentWidth(), header.width() - left);
    int rows = rows(index);
    byte[] jpeg = assemble(index);
    JpegHeader found = JpegMarkers.read(jpeg, limits);
    byte[] pixels = pixels(jpeg, found);
    for (int y = 0; y < rows; y++) {
      int from = y * found.width() * Pixels.CHANNELS;
      int to = ((top + y) * header.width() + left) * Pixels.CHANNELS;
      System.arraycopy(pixels, from, rgb, to, count * Pixels.CHANNELS);
    }
  }

  private int top(int index) {
    return index / header.across() * header.segmentHeight();
  }

  private int rows(int index) {
    return Math.min(header.segmentHeight(), header.height() - top(index));
  }

  private byte[] assemble(int index) {
    int from = (int) header.offset(index);
    int length = (int) header.byteCount(index);
    if (length < 0) {
      length = file.length - from;
    }
    if (length < 4 || file[from] != START[0] || file[from + 1] != START[1]) {
      throw TiffRows.damaged("a JPEG in each strip or tile");
    }
    ByteArrayOutputStream jpeg = new ByteArrayOutputStream(tables.length + length);
    jpeg.write(START, 0, START.length);
    if (tables.length > 4) {
      jpeg.write(tables, 2, tables.length - 4);
    }
    jpeg.write(file, from + 2, length - 2);
    return jpeg.toByteArray();
  }

  private void check(JpegHeader found, int rows, boolean last) {
    boolean taller = last && !header.tiled() && found.height() > rows;
    if (found.components() != header.sort().samples()
        || found.width() != header.segmentWidth()
        || (found.height() != rows && !taller)) {
      throw Refusal.corrupt(
          ImageKind.TIFF,
          "a JPEG of " + header.segmentWidth() + " x " + rows + " pixels in each strip or tile",
          found.width() + " x " + found.height() + " pixels of " + found.components() + " samples");
    }
    for (int i = 0; i < found.components(); i++) {
      Factors factors = found.factors().get(i);
      boolean free = i == 0 && header.photometric() == TiffHeader.YCBCR;
      if (!free && (factors.across() != 1 || factors.down() != 1)) {
        throw Refusal.corrupt(
            ImageKind.TIFF,
            "JPEG samples at full density",
            factors.across() + " x " + factors.down());
      }
    }
    work += (long) found.width() * found.height() * found.scans();
    if (work > JpegMarkers.MAX_WORK) {
      throw Refusal.tooMuchWork(
          ImageKind.TIFF,
          "pixels times scans of at most " + JpegMarkers.MAX_WORK,
          work + " and more in its JPEGs");
    }
  }

  private byte[] pixels(byte[] jpeg, JpegHeader found) {
    if (found.components() == Cmyk.INKS) {
      int count = found.width() * found.height();
      byte[] rgb = new byte[count * Pixels.CHANNELS];
      colours.unpack(CmykJpeg.samples(jpeg, found), rgb, 0, count);
      return rgb;
    }
    byte[] plain = found.withoutApplicationMarkers(jpeg);
    ByteArrayOutputStream stated = new ByteArrayOutputStream(plain.length + ADOBE.length);
    stated.write(START, 0, START.length);
    if (found.components() == Pixels.CHANNELS) {
      byte[] adobe = ADOBE.clone();
      adobe[adobe.length - 1] = (byte) (header.photometric() == TiffHeader.YCBCR ? 1 : 0);
      stated.write(adobe, 0, adobe.length);
    }
    stated.write(plain, 2, plain.length - 2);
    byte[] whole = stated.toByteArray();
    byte[] rgb = Leptonica.jpeg(whole, JpegMarkers.read(whole, limits)).rgb();
    if (header.sort().inverted()) {
      for (int i = 0; i < rgb.length; i++) {
        rgb[i] = (byte) ~rgb[i];
      }
    }
    return rgb;
  }
}
