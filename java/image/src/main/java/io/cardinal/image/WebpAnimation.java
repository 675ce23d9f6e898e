// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * The chunks of a WebP file that moves, walked to the end as libwebp does, and its first frame as a
 * file of its own.
 *
 * @param canvasWidth of the whole picture
 * @param canvasHeight likewise
 * @param left the first frame's first column on the canvas
 * @param top its first row
 * @param width pixels of a row of the first frame
 * @param height its rows
 * @param still a WebP file of that frame alone
 */
@SuppressWarnings("ArrayRecordComponent") // internal, never compared
record WebpAnimation(
    int canvasWidth, int canvasHeight, int left, int top, int width, int height, byte[] still) {
  private static final int FIRST_CHUNK = 12;
  private static final int CHUNK_HEADER = 8;
  private static final int EXTENDED_LENGTH = 10;
  private static final int ANIMATION_FLAG = 0x02;
  private static final int ALPHA_FLAG = 0x10;
  private static final int CONTROL_LENGTH = 6;
  private static final int FRAME_LENGTH = 16;

  /** Whether a file that begins with RIFF and WEBP says that it moves. */
  static boolean is(byte[] file) {
    return file.length > FIRST_CHUNK + CHUNK_HEADER
        && name(file, FIRST_CHUNK).equals("VP8X")
        && (file[FIRST_CHUNK + CHUNK_HEADER] & ANIMATION_FLAG) != 0;
  }

  /**
   * Walks a file that moves.
   *
   * @throws ImageException if a chunk is cut short or in a wrong place
   */
  static WebpAnimation read(byte[] file, Limits limits) {
    return new Walk(file, limits).read();
  }

  private static String name(byte[] file, int at) {
    return new String(file, at, 4, StandardCharsets.ISO_8859_1);
  }

  private static final class Walk {
    private final byte[] file;
    private final Limits limits;
    private int canvasWidth;
    private int canvasHeight;

    Walk(byte[] file, Limits limits) {
      this.file = file;
      this.limits = limits;
    }

    WebpAnimation read() {
      long end = Bytes.little32(file, 4) + CHUNK_HEADER;
      int data = FIRST_CHUNK + CHUNK_HEADER;
      if (end > file.length || data + EXTENDED_LENGTH > end) {
        throw truncated(end + " bytes, as the header says");
      }
      canvasWidth = 1 + Bytes.little24(file, data + 4);
      canvasHeight = 1 + Bytes.little24(file, data + 7);
      limits.checkPixels(ImageKind.WEBP, canvasWidth, canvasHeight);
      WebpAnimation first = null;
      boolean controlled = false;
      int at = next(FIRST_CHUNK, (int) end);
      while (at + CHUNK_HEADER <= end) {
        int after = next(at, (int) end);
        switch (name(file, at)) {
          case "ANIM" -> {
            controlled = true;
            if (Bytes.little32(file, at + 4) < CONTROL_LENGTH) {
              throw corrupt("6 bytes or more in chunk ANIM", "fewer");
            }
          }
          case "ANMF" -> {
            if (!controlled) {
              throw corrupt("an ANIM chunk before the first frame", "none");
            }
            WebpAnimation frame = frame(at + CHUNK_HEADER, after, first == null);
            first = first == null ? frame : first;
          }
          case "VP8X", "VP8 ", "VP8L", "ALPH" ->
              throw corrupt("pictures in frames only", "chunk " + name(file, at).strip());
          default -> {}
        }
        at = after;
      }
      if (first == null) {
        throw corrupt("a frame", "none");
      }
      return first;
    }

    /** The place after a chunk and its padding. */
    private int next(int at, int end) {
      long length = Bytes.little32(file, at + 4);
      long after = at + CHUNK_HEADER + length + (length & 1);
      if (after > end) {
        throw truncated("a chunk of " + length + " bytes at " + at);
      }
      return (int) after;
    }

    private WebpAnimation frame(int start, int end, boolean wanted) {
      if (end - start < FRAME_LENGTH) {
        throw corrupt("16 bytes or more in chunk ANMF", (end - start) + "");
      }
      int left = 2 * Bytes.little24(file, start);
      int top = 2 * Bytes.little24(file, start + 3);
      int width = 1 + Bytes.little24(file, start + 6);
      int height = 1 + Bytes.little24(file, start + 9);
      if (left + width > canvasWidth || top + height > canvasHeight) {
        throw corrupt("frames within the picture", width + " x " + height + " pixels");
      }
      int alpha = -1;
      int picture = -1;
      int at = start + FRAME_LENGTH;
      while (picture < 0 && at + CHUNK_HEADER <= end) {
        int after = next(at, end);
        switch (name(file, at)) {
          case "ALPH" -> alpha = alpha < 0 ? at : alpha;
          case "VP8 " -> picture = at;
          case "VP8L" -> {
            if (alpha >= 0) {
              throw corrupt("one alpha", "two");
            }
            picture = at;
          }
          default -> throw corrupt("a VP8 or VP8L chunk in each frame", "another one");
        }
        at = after;
      }
      if (picture < 0) {
        throw corrupt("a VP8 or VP8L chunk in each frame", "none");
      }
      byte[] still = wanted ? still(alpha, picture, end, width, height) : new byte[0];
      return new WebpAnimation(canvasWidth, canvasHeight, left, top, width, height, still);
    }

    private byte[] still(int alpha, int picture, int end, int width, int height) {
      ByteArrayOutputStream chunks = new ByteArrayOutputStream();
      if (alpha >= 0) {
        chunks.writeBytes(new byte[] {'V', 'P', '8', 'X', EXTENDED_LENGTH, 0, 0, 0});
        chunks.writeBytes(new byte[] {ALPHA_FLAG, 0, 0, 0});
        write24(chunks, width - 1);
        write24(chunks, height - 1);
        chunks.write(file, alpha, next(alpha, end) - alpha);
      }
      chunks.write(file, picture, next(picture, end) - picture);
      ByteArrayOutputStream still = new ByteArrayOutputStream();
      still.writeBytes(new byte[] {'R', 'I', 'F', 'F'});
      int length = 4 + chunks.size();
      write24(still, length);
      still.write(length >>> 24);
      still.writeBytes(new byte[] {'W', 'E', 'B', 'P'});
      still.writeBytes(chunks.toByteArray());
      return still.toByteArray();
    }

    private static void write24(ByteArrayOutputStream out, int value) {
      out.write(value);
      out.write(value >> 8);
      out.write(value >> 16);
    }

    private static ImageException corrupt(String expected, String found) {
      return Refusal.corrupt(ImageKind.WEBP, expected, found);
    }

    private ImageException truncated(String expected) {
      return Refusal.truncated(ImageKind.WEBP, expected, file.length);
    }
  }
}
