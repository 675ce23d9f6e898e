// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

import java.util.Arrays;

/**
 * The run lengths of BMP, RLE8 and RLE4, as Pillow reads them: into one long row of samples, so
 * that a run never reaches beyond its line but a jump or an absolute stretch may.
 */
final class BmpRuns {
  /** The most that a jump passes over in either direction, and that a run holds. */
  private static final int MOST = 255;

  private final byte[] file;
  private final int width;
  private final boolean nibbles;
  private final byte[] indexes;
  private int position;
  private int done;

  private BmpRuns(byte[] file, int position, int width, byte[] indexes, boolean nibbles) {
    this.file = file;
    this.position = position;
    this.width = width;
    this.indexes = indexes;
    this.nibbles = nibbles;
  }

  /**
   * Decodes all samples.
   *
   * @param dataAt where the codes begin
   * @param nibbles whether a byte holds two samples
   * @return one byte a sample, rows in the order of the file
   * @throws ImageException ({@code TRUNCATED}) if there are too few of them
   */
  static byte[] decode(byte[] file, long dataAt, int width, int height, boolean nibbles) {
    long room = Math.max(0, file.length - dataAt);
    long most = room * MOST + room / 4 * MOST * (width + 1L);
    if (most < (long) width * height) {
      throw tooFew(file); // whatever the codes say: nothing need be allocated
    }
    byte[] indexes = new byte[width * height];
    BmpRuns runs = new BmpRuns(file, (int) dataAt, width, indexes, nibbles);
    runs.decode();
    if (runs.done < indexes.length) {
      throw tooFew(file);
    }
    return indexes;
  }

  private void decode() {
    long x = 0;
    while (done < indexes.length && position + 2 <= file.length) {
      int count = file[position] & 0xff;
      int code = file[position + 1] & 0xff;
      position += 2;
      if (count > 0) {
        int fitting = (int) Math.max(0, Math.min(count, width - x));
        run(fitting, code);
        x += fitting;
      } else if (code == 0) {
        done = (int) Math.min(indexes.length, (done + width - 1L) / width * width);
        x = 0;
      } else if (code == 1) {
        return;
      } else if (code == 2) {
        if (position + 2 > file.length) {
          return;
        }
        long jump = (file[position] & 0xff) + (long) (file[position + 1] & 0xff) * width;
        position += 2;
        done = (int) Math.min(indexes.length, done + jump);
        x = done % width;
      } else {
        if (!stretch(Math.min(code, indexes.length - done))) {
          return;
        }
        x += code;
      }
    }
  }

  private void run(int count, int code) {
    int end = Math.min(indexes.length, done + count);
    if (nibbles) {
      for (int i = done; i < end; i++) {
        indexes[i] = (byte) (((i - done) & 1) == 0 ? code >> 4 : code & 15);
      }
    } else {
      Arrays.fill(indexes, done, end, (byte) code);
    }
    done = end;
  }

  /** Samples that follow as they are; returns whether the file goes on. */
  private boolean stretch(int count) {
    int bytes = nibbles ? (count + 1) / 2 : count;
    if (position + bytes > file.length) {
      return false;
    }
    for (int i = 0; i < count; i++) {
      int value = file[position + (nibbles ? i / 2 : i)] & 0xff;
      indexes[done + i] = (byte) (!nibbles ? value : (i & 1) == 0 ? value >> 4 : value & 15);
    }
    done += count;
    position += bytes;
    position += position & 1;
    return true;
  }

  private static ImageException tooFew(byte[] file) {
    return Refusal.truncated(ImageKind.BMP, "run lengths for every pixel", file.length);
  }
}
