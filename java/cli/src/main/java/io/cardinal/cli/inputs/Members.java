// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli.inputs;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What lies in an archive, in its order. Used on one thread. */
interface Members extends AutoCloseable {
  /**
   * A member.
   *
   * @param name as it stands there, whatever it says
   * @param kind what it is
   * @param size bytes that it claims to have, -1 if it does not say
   */
  record Member(String name, Kind kind, long size) {}

  /** What a member is. */
  enum Kind {
    FILE,
    FOLDER,
    /** A file that is stored with holes. */
    SPARSE,
    /** A link, a device, a FIFO. */
    OTHER
  }

  /**
   * The next member; what is left of the one before is passed over.
   *
   * @return null at the end, if the archive is whole
   * @throws io.cardinal.image.ImageException if it is not, or is too much work
   */
  @Nullable Member next() throws IOException;

  /** The current member's content, or so much of it that it has more than {@code most} bytes. */
  byte[] read(int most) throws IOException;

  @Override
  void close() throws IOException;
}
