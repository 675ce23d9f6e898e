// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

/** Unsigned numbers in a file; the caller has checked that their bytes are there. */
final class Bytes {
  private Bytes() {}

  static int little16(byte[] file, int at) {
    return (file[at] & 0xff) | (file[at + 1] & 0xff) << 8;
  }

  static int little24(byte[] file, int at) {
    return little16(file, at) | (file[at + 2] & 0xff) << 16;
  }

  static long little32(byte[] file, int at) {
    return little24(file, at) | (file[at + 3] & 0xffL) << 24;
  }

  static int big16(byte[] file, int at) {
    return (file[at] & 0xff) << 8 | (file[at + 1] & 0xff);
  }

  static long big32(byte[] file, int at) {
    return (long) big16(file, at) << 16 | big16(file, at + 2);
  }

  static int unsigned16(byte[] file, int at, boolean big) {
    return big ? big16(file, at) : little16(file, at);
  }

  static long unsigned32(byte[] file, int at, boolean big) {
    return big ? big32(file, at) : little32(file, at);
  }

  /** Eight bytes; negative where the number is larger than a long holds. */
  static long bits64(byte[] file, int at, boolean big) {
    long first = unsigned32(file, at, big);
    long second = unsigned32(file, at + 4, big);
    return big ? first << 32 | second : second << 32 | first;
  }
}
