// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli.inputs;

import java.io.IOException;
import java.io.InputStream;

/** The bytes of another stream, counted; what is skipped is read, and so counts too. */
abstract class CountedStream extends InputStream {
  private final InputStream in;
  private long count;

  CountedStream(InputStream in) {
    this.in = in;
  }

  /** Bytes that were read. */
  final long count() {
    return count;
  }

  @Override
  public final int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    int read = in.read(into, offset, length);
    count += Math.max(0, read);
    return read;
  }

  @Override
  public final int available() throws IOException {
    return in.available();
  }

  @Override
  public final void close() throws IOException {
    in.close();
  }
}
