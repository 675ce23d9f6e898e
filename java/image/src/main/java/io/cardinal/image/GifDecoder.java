// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

/**
 * Reads the first frame of a GIF, on a canvas of the logical screen's size.
 *
 * <p>LZW is decoded with Pillow's tolerance: the picture is complete with its last pixel, whether
 * an end code follows or not; codes beyond the table, and data that ends before, are damage. A
 * block is read only if it is whole.
 */
final class GifDecoder {
  private static final int TABLE = 4096;
  private static final int MOST_CODE_BITS = 12;

  /** First row and step of the four passes. */
  private static final int[][] PASSES = {{0, 8}, {4, 8}, {2, 4}, {1, 2}};

  private static final int[][] WHOLE = {{0, 1}};

  private final byte[] file;
  private final GifFrame frame;
  private final byte[] rgb;

  private final int clear;
  private final short[] links = new short[TABLE];
  private final byte[] data = new byte[TABLE];
  private final byte[] string = new byte[TABLE];

  private int position;
  private int blockLeft;
  private int bits;
  private int bitCount;

  private final int[][] passes;
  private int pass;
  private int x;
  private int y;

  private GifDecoder(byte[] file, GifFrame frame, byte[] rgb) {
    this.file = file;
    this.frame = frame;
    this.rgb = rgb;
    clear = 1 << frame.codeBits();
    position = frame.dataAt();
    passes = frame.interlaced() ? PASSES : WHOLE;
  }

  /**
   * Decodes a file that begins with GIF.
   *
   * @throws ImageException if it is refused
   */
  static Pixels decode(byte[] file, Limits limits) {
    GifFrame frame = GifFrame.read(file, limits);
    long codes = (file.length - (long) frame.dataAt()) * 8;
    if (codes * TABLE < (long) frame.width() * frame.height()) {
      throw truncated(file); // whatever the codes say: nothing need be allocated
    }
    byte[] rgb = new byte[frame.canvasWidth() * frame.canvasHeight() * Pixels.CHANNELS];
    Levels.fill(rgb, frame.table(), frame.background());
    new GifDecoder(file, frame, rgb).decode();
    return new Pixels(frame.canvasWidth(), frame.canvasHeight(), rgb);
  }

  private void decode() {
    int end = clear + 1;
    int next = clear + 2;
    int codeBits = frame.codeBits() + 1;
    int previous = -1;
    byte first = 0;
    while (true) {
      int code = code(codeBits);
      if (code == clear) {
        next = clear + 2;
        codeBits = frame.codeBits() + 1;
        previous = -1;
        continue;
      }
      if (code == end) {
        throw truncated(file);
      }
      int from;
      if (previous < 0) {
        if (code > clear) {
          throw corrupt(code);
        }
        first = (byte) code;
        string[TABLE - 1] = first;
        from = TABLE - 1;
      } else {
        from = expand(code, next, previous, first);
        first = string[from];
        if (next < TABLE) {
          data[next] = first;
          links[next] = (short) previous;
          if (next == (1 << codeBits) - 1 && codeBits < MOST_CODE_BITS) {
            codeBits++;
          }
          next++;
        }
      }
      previous = code;
      if (write(from)) {
        return;
      }
    }
  }

  /** Puts the string of a code at the end of {@link #string} and returns where it begins. */
  private int expand(int code, int next, int previous, byte first) {
    if (code > next) {
      throw corrupt(code);
    }
    int from = TABLE;
    int link = code;
    if (code == next) {
      string[--from] = first;
      link = previous;
    }
    while (link >= clear) {
      if (from == 0 || link >= TABLE) {
        throw corrupt(code);
      }
      string[--from] = data[link];
      link = links[link] & 0xffff;
    }
    if (from == 0) {
      throw corrupt(code);
    }
    string[--from] = (byte) link;
    return from;
  }

  private int code(int codeBits) {
    while (bitCount < codeBits) {
      if (blockLeft > 0) {
        bits |= (file[position++] & 0xff) << bitCount;
        bitCount += 8;
        blockLeft--;
      } else {
        if (position >= file.length || file.length - position <= (file[position] & 0xff)) {
          throw truncated(file);
        }
        blockLeft = file[position++] & 0xff;
      }
    }
    int code = bits & ((1 << codeBits) - 1);
    bits >>>= codeBits;
    bitCount -= codeBits;
    return code;
  }

  /** Writes the string that begins there; returns whether the picture is complete. */
  private boolean write(int from) {
    byte[] table = frame.table();
    for (int i = from; i < TABLE; i++) {
      int colour = (string[i] & 0xff) * Pixels.CHANNELS;
      int row = frame.top() + y;
      int to = (row * frame.canvasWidth() + frame.left() + x) * Pixels.CHANNELS;
      rgb[to] = table[colour];
      rgb[to + 1] = table[colour + 1];
      rgb[to + 2] = table[colour + 2];
      if (++x == frame.width() && !nextRow()) {
        return true;
      }
    }
    return false;
  }

  private boolean nextRow() {
    x = 0;
    y += passes[pass][1];
    while (y >= frame.height()) {
      if (++pass == passes.length) {
        return false;
      }
      y = passes[pass][0];
    }
    return true;
  }

  private static ImageException corrupt(int code) {
    return Refusal.corrupt(ImageKind.GIF, "codes of the table", "code " + code + " beyond it");
  }

  private static ImageException truncated(byte[] file) {
    return Refusal.truncated(ImageKind.GIF, "data for the whole first frame", file.length);
  }
}
