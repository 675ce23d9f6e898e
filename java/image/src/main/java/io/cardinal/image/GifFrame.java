// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

import java.util.Arrays;

/**
 * The first frame of a GIF file and the canvas it lies on, found by the rules of Pillow.
 *
 * @param canvasWidth of the logical screen, or more where the frame reaches beyond it
 * @param canvasHeight likewise
 * @param left the frame's first column on the canvas
 * @param top the frame's first row
 * @param width pixels of a row of the frame, at least 1
 * @param height rows of the frame, at least 1
 * @param interlaced whether its rows come in four passes
 * @param background the index of the canvas outside the frame: the transparent one, or 0
 * @param table RGB of each index
 * @param codeBits bits of a sample in the compressed data
 * @param dataAt where the data's first block begins
 */
@SuppressWarnings("ArrayRecordComponent") // internal, never compared
record GifFrame(
    int canvasWidth,
    int canvasHeight,
    int left,
    int top,
    int width,
    int height,
    boolean interlaced,
    int background,
    byte[] table,
    int codeBits,
    int dataAt) {
  private static final int SCREEN_LENGTH = 13;
  private static final int CONTROL = 0xf9;
  private static final int APPLICATION = 0xff;
  private static final int COMMENT = 0xfe;
  private static final int MOST_CODE_BITS = 12;

  /**
   * Finds the first frame of a file that begins with GIF.
   *
   * @throws ImageException if there is none to decode
   */
  static GifFrame read(byte[] file, Limits limits) {
    return new Reader(file).read(limits);
  }

  /** Walks the blocks up to the frame. */
  private static final class Reader {
    private final byte[] file;
    private int position = SCREEN_LENGTH;
    private int transparent;
    private long ancillary;

    Reader(byte[] file) {
      this.file = file;
    }

    GifFrame read(Limits limits) {
      if (file.length < SCREEN_LENGTH) {
        throw truncated("a screen descriptor");
      }
      limits.checkPixels(ImageKind.GIF, Bytes.little16(file, 6), Bytes.little16(file, 8));
      byte[] table = table(file[10], Levels.greys(8, false));
      while (true) {
        int block = next();
        if (block == ';') {
          throw Refusal.corrupt(ImageKind.GIF, "a frame before the end", "none");
        }
        if (block == '!') {
          passExtension();
        } else if (block == ',') {
          return frame(table, limits);
        }
      }
    }

    /** Reads the palette of the screen or the frame; one that is the grey ramp counts as none. */
    private byte[] table(byte flags, byte[] without) {
      if ((flags & 0x80) == 0) {
        return without;
      }
      int length = (2 << (flags & 7)) * Pixels.CHANNELS;
      need(length);
      byte[] table = new byte[Levels.TABLE_LENGTH];
      System.arraycopy(file, position, table, 0, length);
      position += length;
      boolean ramp = Arrays.equals(table, 0, length, Levels.greys(8, false), 0, length);
      return ramp ? without : table;
    }

    private void passExtension() {
      int label = next();
      int start = position;
      int length = passBlock();
      if (label == CONTROL && length > 0) {
        if (length < 3) {
          throw Refusal.corrupt(ImageKind.GIF, "a control block of 4 bytes", length + "");
        }
        if ((file[start + 1] & 1) != 0) {
          if (length < 4) {
            throw Refusal.corrupt(ImageKind.GIF, "a control block of 4 bytes", length + "");
          }
          transparent = file[start + 4] & 0xff;
        }
      }
      if (label == APPLICATION && isLoopBlock(start, length)) {
        passBlock();
      }
      if (label == COMMENT && length == 0) {
        return;
      }
      do { // as Pillow: one more block is read even where the first one was the end
        length = passBlock();
      } while (length > 0);
    }

    private boolean isLoopBlock(int start, int length) {
      String name = "NETSCAPE2.0";
      if (length < name.length()) {
        return false;
      }
      for (int i = 0; i < name.length(); i++) {
        if (file[start + 1 + i] != name.charAt(i)) {
          return false;
        }
      }
      return true;
    }

    /** Returns the length of the data passed over; 0 for a terminator. */
    private int passBlock() {
      int length = next();
      need(length);
      position += length;
      ancillary += 1 + length;
      Limits.checkAncillary(ImageKind.GIF, ancillary);
      return length;
    }

    private GifFrame frame(byte[] screenTable, Limits limits) {
      need(10);
      int left = Bytes.little16(file, position);
      int top = Bytes.little16(file, position + 2);
      int width = Bytes.little16(file, position + 4);
      int height = Bytes.little16(file, position + 6);
      byte flags = file[position + 8];
      position += 9;
      if (width == 0 || height == 0) {
        throw Refusal.corrupt(
            ImageKind.GIF, "a frame of at least 1 x 1 pixels", width + " x " + height);
      }
      int canvasWidth = Math.max(left + width, Bytes.little16(file, 6));
      int canvasHeight = Math.max(top + height, Bytes.little16(file, 8));
      limits.checkPixels(ImageKind.GIF, canvasWidth, canvasHeight);
      byte[] table = table(flags, screenTable);
      int codeBits = next();
      if (codeBits > MOST_CODE_BITS) {
        throw Refusal.corrupt(ImageKind.GIF, "at most 12 bits a code", codeBits + " bits");
      }
      boolean interlaced = (flags & 0x40) != 0;
      return new GifFrame(
          canvasWidth,
          canvasHeight,
          left,
          top,
          width,
          height,
          interlaced,
          transparent,
          table,
          codeBits,
          position);
    }

    private int next() {
      need(1);
      return file[position++] & 0xff;
    }

    private void need(int bytes) {
      if (bytes > file.length - position) {
        throw truncated("a whole first frame");
      }
    }

    private ImageException truncated(String expected) {
      return Refusal.truncated(ImageKind.GIF, expected, file.length);
    }
  }
}
