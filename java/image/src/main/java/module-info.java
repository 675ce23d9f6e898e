// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
/**
 * Picture files to network input, as Pillow does it.
 *
 * <p>Start with {@link io.cardinal.image.ImageDecoder}.
 */
@SuppressWarnings("module") // x86_64 ends in digits
module io.cardinal.image {
  exports io.cardinal.image;

  opens io.cardinal.image to
      com.sun.jna; // it calls LibTiff's callbacks

  requires com.sun.jna;
  requires java.desktop;
  requires org.bytedeco.javacpp.linux.x86_64;
  requires org.bytedeco.leptonica.linux.x86_64;
  requires static org.jspecify;
}
