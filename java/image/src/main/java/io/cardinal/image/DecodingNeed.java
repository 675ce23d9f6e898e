// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

/**
 * What decoding a file takes at its peak, as its header says: an upper bound, with the picture and
 * without the file.
 *
 * @param width pixels a row of the decoded picture, before it is turned
 * @param height rows of it
 * @param heapBytes of Java's heap
 * @param nativeBytes outside of it
 */
public record DecodingNeed(int width, int height, long heapBytes, long nativeBytes) {
  /** Of a file that is refused by its header, and next to nothing is taken for. */
  static final DecodingNeed NONE = new DecodingNeed(0, 0, 0, 0);

  /** {@return bytes of both sorts} */
  public long bytes() {
    return heapBytes + nativeBytes;
  }
}
