// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ImageKindTest {
  private static final Map<String, ImageKind> HEADS =
      Map.ofEntries(
          Map.entry("\u00ff\u00d8\u00ff\u00db", ImageKind.JPEG),
          Map.entry("\u0089PNG\r\n\u001a\n", ImageKind.PNG),
          Map.entry("RIFF\0\0\0\0WEBPVP8 ", ImageKind.WEBP),
          Map.entry("GIF89a", ImageKind.GIF),
          Map.entry("BM\0\0\0\0\0\0\0\0\0\0\0\0(\0\0\0", ImageKind.BMP),
          Map.entry("II*\0", ImageKind.TIFF),
          Map.entry("MM\0+", ImageKind.TIFF),
          Map.entry("\0\0\0\fjP  \r\n", ImageKind.JPEG_2000),
          Map.entry("\u00ff\n", ImageKind.JPEG_XL),
          Map.entry("\0\0\0\u0018ftypheic", ImageKind.HEIF),
          Map.entry("\0\0\0\u001cftypavif", ImageKind.AVIF),
          Map.entry("\0\0\1\0\1\0", ImageKind.ICO),
          Map.entry("8BPS", ImageKind.PSD),
          Map.entry("P6\n640 480\n", ImageKind.PNM));

  @Test
  void shouldKnowKindsByTheirFirstBytes() {
    HEADS.forEach((head, kind) -> assertThat(ImageKind.of(latin1(head))).as(head).contains(kind));
  }

  @Test
  void shouldKnowNothingElse() {
    for (String head :
        new String[] {
          "",
          "\u00ff\u00d8",
          "\u0089PN",
          "BMW and Audi are cars",
          "RIFF\0\0\0\0WAVE",
          "P7",
          "GIF",
          "<html>",
          "\0\0\0\u0018ftypisom",
          "version https://git-lfs.github.com/spec/v1"
        }) {
      assertThat(ImageKind.of(latin1(head))).as(head).isEmpty();
    }
  }

  @Test
  void shouldGoByContentNotByName() {
    assertThat(ImageKind.of(Samples.read("png-rgb8.png"))).contains(ImageKind.PNG);
    assertThat(ImageKind.of(Samples.read("broken/text.jpg"))).isEmpty();
  }

  private static byte[] latin1(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
