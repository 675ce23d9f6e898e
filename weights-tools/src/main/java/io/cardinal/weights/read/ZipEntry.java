// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.weights.read;

/**
 * A stored entry of a zip archive, as the central directory has it.
 *
 * @param name the path in the archive
 * @param method 0 for stored
 * @param flags general purpose bits
 * @param crc CRC-32 of the content
 * @param size bytes of the content
 * @param compressedSize bytes that it takes in the archive
 * @param header position of its local header
 * @param data position of its first byte; -1 until the local header is read
 */
record ZipEntry(
    String name,
    int method,
    int flags,
    int crc,
    long size,
    long compressedSize,
    long header,
    long data) {
  ZipEntry withData(long position) {
    return new ZipEntry(name, method, flags, crc, size, compressedSize, header, position);
  }

  boolean isEncrypted() {
    return (flags & 1) != 0;
  }

  boolean isStored() {
    return method == 0;
  }
}
