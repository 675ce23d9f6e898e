// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

import java.util.Arrays;
import java.util.Random;

/**
 * Small random damage to a file, more of it in the first bytes, where the headers are: bits and
 * bytes, numbers set to their limits, pieces moved within the file or taken from another one.
 */
final class Mutation {
  private static final int HEADERS = 700;
  private static final int LONGEST_PIECE = 400;

  private Mutation() {}

  static byte[] of(byte[] file, Random random) {
    return of(file, file, random);
  }

  /** Damages a copy; pieces may come from the other file, which may be of another kind. */
  static byte[] of(byte[] file, byte[] other, Random random) {
    byte[] damaged = file.clone();
    int changes = 1 + random.nextInt(4);
    for (int i = 0; i < changes; i++) {
      damaged = change(damaged, other, random);
    }
    return random.nextInt(20) == 0
        ? Arrays.copyOf(damaged, 1 + random.nextInt(damaged.length))
        : damaged;
  }

  private static byte[] change(byte[] file, byte[] other, Random random) {
    int anywhere = random.nextInt(file.length);
    int early = random.nextInt(Math.min(file.length, HEADERS));
    switch (random.nextInt(9)) {
      case 0 -> file[anywhere] = (byte) random.nextInt();
      case 1 -> file[anywhere] ^= (byte) (1 << random.nextInt(8));
      case 2 -> file[early] = (byte) (random.nextBoolean() ? 0xff : 0);
      case 3 -> file[early] = (byte) random.nextInt();
      case 4 -> setNumber(file, early, random);
      case 5 -> setNumber(file, anywhere, random);
      case 6 -> {
        return splice(file, anywhere, other, random);
      }
      case 7 -> { // the head of the other file before the rest of this one
        int head = random.nextInt(Math.min(Math.min(file.length, other.length), HEADERS));
        System.arraycopy(other, 0, file, 0, head);
      }
      default -> {
        int from = random.nextInt(file.length);
        int room = file.length - Math.max(from, anywhere);
        System.arraycopy(file, from, file, anywhere, Math.min(1 + random.nextInt(64), room));
      }
    }
    return file;
  }

  /** A length, size or offset of two or four bytes, in either order: a limit, or one off. */
  private static void setNumber(byte[] file, int at, Random random) {
    int[] limits = {0, 1, -1, 0x7fff, 0x8000, 0xffff, 0x10000, Integer.MAX_VALUE, file.length};
    int value = limits[random.nextInt(limits.length)] + random.nextInt(3) - 1;
    int bytes = random.nextBoolean() ? 2 : 4;
    boolean big = random.nextBoolean();
    for (int i = 0; i < bytes && at + i < file.length; i++) {
      file[at + i] = (byte) (value >> 8 * (big ? bytes - 1 - i : i));
    }
  }

  /** Puts a piece of the other file in, over as many bytes or none or others of this one. */
  private static byte[] splice(byte[] file, int at, byte[] other, Random random) {
    int from = random.nextInt(other.length);
    int length = Math.min(1 + random.nextInt(LONGEST_PIECE), other.length - from);
    int replaced = random.nextInt(3) == 0 ? length : random.nextInt(LONGEST_PIECE);
    int rest = Math.min(file.length, at + (random.nextInt(3) == 0 ? 0 : replaced));
    byte[] spliced = new byte[at + length + file.length - rest];
    System.arraycopy(file, 0, spliced, 0, at);
    System.arraycopy(other, from, spliced, at, length);
    System.arraycopy(file, rest, spliced, at + length, file.length - rest);
    return spliced;
  }
}
