// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Reads PNG pictures (W3C PNG, third edition) with Pillow's rules for everything that the format
 * leaves open; inflate is the JDK's.
 *
 * <p>Pillow's rules: the picture is complete with its last row, whatever follows; a stream that
 * ends with a whole row leaves the missing rows at sample 0; a stream that ends elsewhere, or goes
 * on without data, is cut short. A wrong Adler sum is damage, a missing one is not.
 */
final class PngDecoder {
  /** Adam7: first column, column step, first row, row step of each pass. */
  private static final int[][] PASSES = {
    {0, 8, 0, 8}, {4, 8, 0, 8}, {0, 4, 4, 8}, {2, 4, 0, 4}, {0, 2, 2, 4}, {1, 2, 0, 2}, {0, 1, 1, 2}
  };

  private static final int[] WHOLE = {0, 1, 0, 1};

  private final byte[] file;
  private final PngChunks chunks;
  private final PngHeader header;
  private final PngRows rows;
  private final byte[] rgb;
  private final Inflater inflater;
  private final InflatedBlocks blocks;

  private PngDecoder(byte[] file, PngChunks chunks, Inflater inflater) {
    this.file = file;
    this.chunks = chunks;
    this.inflater = inflater;
    blocks = new InflatedBlocks(inflater);
    header = chunks.header();
    rows = PngRows.of(header, chunks.palette());
    rgb = new byte[header.width() * header.height() * Pixels.CHANNELS];
    rows.fill(rgb);
  }

  /**
   * Decodes a file that begins with the PNG signature.
   *
   * @throws ImageException if it is refused
   */
  static Pixels decode(byte[] file, Limits limits) {
    PngChunks chunks = PngChunks.open(file, limits);
    Inflater inflater = new Inflater();
    try {
      return new PngDecoder(file, chunks, inflater).decode();
    } catch (DataFormatException e) {
      throw Refusal.corrupt(ImageKind.PNG, "a zlib stream", "an error in it");
    } finally {
      inflater.end();
    }
  }

  private Pixels decode() throws DataFormatException {
    inflater.setInput(file, chunks.dataStart(), chunks.dataLength());
    int[][] passes = header.interlaced() ? PASSES : new int[][] {WHOLE};
    long bytes = 0;
    for (int[] pass : passes) {
      bytes += (long) rows(pass) * rowLength(columns(pass));
    }
    blocks.begin(bytes);
    boolean more = true;
    for (int[] pass : passes) {
      more = more && decodePass(pass);
    }
    chunks.checkRest();
    return new Pixels(header.width(), header.height(), rgb);
  }

  /** Returns whether the stream goes on. */
  private boolean decodePass(int[] pass) throws DataFormatException {
    int count = columns(pass);
    if (count == 0) {
      return true;
    }
    int length = rowLength(count);
    byte[] row = new byte[length];
    byte[] previous = new byte[length];
    for (int y = pass[2]; y < header.height(); y += pass[3]) {
      inflate(row);
      if (!PngFilter.undo(row, previous, Math.max(1, header.bitsPerPixel() / 8))) {
        throw Refusal.corrupt(
            ImageKind.PNG, "a row filter from 0 to 4", "filter " + (row[0] & 0xff));
      }
      rows.unpack(row, rgb, (y * header.width() + pass[0]) * Pixels.CHANNELS, count, pass[1]);
      if (blocks.isEmpty() && inflater.finished()) {
        return false;
      }
      byte[] swap = previous;
      previous = row;
      row = swap;
    }
    return true;
  }

  private int columns(int[] pass) {
    return Math.max(0, (header.width() - pass[0] + pass[1] - 1) / pass[1]);
  }

  private int rows(int[] pass) {
    return Math.max(0, (header.height() - pass[2] + pass[3] - 1) / pass[3]);
  }

  /** Bytes of a row of that many pixels, with its filter; none where there are no pixels. */
  private int rowLength(int pixels) {
    return pixels == 0 ? 0 : 1 + header.rowBytes(pixels);
  }

  /** Fills a row, filter byte first, going on to the next data chunks as needed. */
  private void inflate(byte[] row) throws DataFormatException {
    int done = 0;
    while (done < row.length) {
      int count = blocks.read(row, done, row.length - done);
      done += count;
      if (done == row.length) {
        return;
      }
      if (inflater.needsDictionary()) {
        throw Refusal.corrupt(ImageKind.PNG, "a zlib stream", "one with a dictionary");
      }
      if (inflater.finished() || (inflater.needsInput() && !nextInput())) {
        throw Refusal.truncated(
            ImageKind.PNG, "data for " + header.height() + " rows", file.length);
      }
    }
  }

  private boolean nextInput() {
    if (!chunks.nextData()) {
      return false;
    }
    inflater.setInput(file, chunks.dataStart(), chunks.dataLength());
    return true;
  }
}
