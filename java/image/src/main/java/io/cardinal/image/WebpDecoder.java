// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

/** WebP: VP8 and VP8L are libwebp's; of a file that moves the first frame, on a black canvas. */
final class WebpDecoder {
  private WebpDecoder() {}

  /**
   * Decodes a file that begins with RIFF and WEBP.
   *
   * @throws ImageException if it is refused
   */
  static Pixels decode(byte[] file, Limits limits) {
    WebpHeader.checkAncillary(file);
    if (!WebpAnimation.is(file)) {
      return Leptonica.webp(file, WebpHeader.read(file, limits));
    }
    WebpAnimation animation = WebpAnimation.read(file, limits);
    WebpHeader header = WebpHeader.read(animation.still(), limits);
    if (header.width() != animation.width() || header.height() != animation.height()) {
      throw Refusal.corrupt(
          ImageKind.WEBP,
          "a first frame of " + animation.width() + " x " + animation.height() + " pixels",
          header.width() + " x " + header.height() + " pixels");
    }
    Pixels frame = Leptonica.webp(animation.still(), header);
    if (frame.width() == animation.canvasWidth() && frame.height() == animation.canvasHeight()) {
      return frame;
    }
    byte[] rgb = new byte[animation.canvasWidth() * animation.canvasHeight() * Pixels.CHANNELS];
    int rowBytes = frame.width() * Pixels.CHANNELS;
    for (int y = 0; y < frame.height(); y++) {
      int to = (animation.top() + y) * animation.canvasWidth() + animation.left();
      System.arraycopy(frame.rgb(), y * rowBytes, rgb, to * Pixels.CHANNELS, rowBytes);
    }
    return new Pixels(animation.canvasWidth(), animation.canvasHeight(), rgb);
  }
}
