// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;

/**
 * Where the bytes of an image file come from. Asked on a thread of the classifier's, once; two
 * sources are asked at the same time.
 */
public interface ImageSource {
  /** {@return bytes that {@link #read} gives, if that is known without reading them, else -1} */
  long size();

  /**
   * Reads the whole file.
   *
   * @return its bytes, which nobody changes afterwards
   * @throws IOException if it cannot be read, with the reason
   * @throws io.cardinal.image.ImageException if it is refused
   */
  byte[] read() throws IOException;

  /**
   * Reads the file, or so much of it that one sees that it is too large.
   *
   * @param most bytes that are of use, at least 0
   * @return all bytes; of a file of more than {@code most} at least {@code most + 1} of them
   * @throws IOException as {@link #read}
   */
  default byte[] readAtMost(int most) throws IOException {
    return read();
  }

  /**
   * {@return a file; a FIFO, a device or a folder is not opened}
   *
   * @param file its path
   */
  static ImageSource of(Path file) {
    return new FileSource(file);
  }

  /**
   * {@return a file that is in memory}
   *
   * @param file its bytes, which must not change; not copied
   */
  static ImageSource of(byte[] file) {
    Objects.requireNonNull(file);
    return new ImageSource() {
      @Override
      public long size() {
        return file.length;
      }

      @Override
      public byte[] read() {
        return file;
      }
    };
  }
}
