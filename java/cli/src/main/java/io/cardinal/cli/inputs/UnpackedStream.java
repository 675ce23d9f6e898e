// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli.inputs;

import io.cardinal.image.ImageException;
import io.cardinal.image.ImageException.Reason;
import java.io.IOException;
import java.io.InputStream;

/**
 * The bytes that an archive unpacks to, counted against those that its file has, so that a small
 * file makes no endless work; and those of headers against a limit, since their reader holds them.
 */
final class UnpackedStream extends CountedStream {
  /** Most bytes for each byte of the file; photographs and what holds them have about one. */
  static final long RATIO = 100;

  /** Bytes that are no matter yet. */
  static final long FREE_BYTES = 64L << 20;

  /** Most bytes of headers before a member: names, attributes, maps of sparse files. */
  static final long HEADER_BYTES = 1L << 20;

  private final PackedStream packed;
  private long headerBytes = -1;

  UnpackedStream(InputStream in, PackedStream packed) {
    super(in);
    this.packed = packed;
  }

  /** Headers follow. */
  void beginHeaders() {
    headerBytes = 0;
  }

  /** Content follows. */
  void endHeaders() {
    headerBytes = -1;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    int read = super.read(into, offset, length);
    if (read > 0) {
      if (count() > FREE_BYTES && count() / RATIO > packed.count()) {
        throw new ImageException(
            Reason.TOO_MUCH_WORK,
            "the archive unpacks out of proportion",
            "at most " + RATIO + " bytes for each byte of its file",
            count() + " bytes from the first " + packed.count(),
            "unpack it yourself if you trust it, and name the folder");
      }
      if (headerBytes >= 0) {
        headerBytes += read;
        if (headerBytes > HEADER_BYTES) {
          throw new ImageException(
              Reason.TOO_MUCH_WORK,
              "the archive's headers are too long",
              "at most " + HEADER_BYTES + " bytes before a member",
              "more",
              "make the archive again");
        }
      }
    }
    return read;
  }
}
