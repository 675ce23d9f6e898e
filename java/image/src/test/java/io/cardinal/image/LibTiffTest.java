// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LibTiffTest {
  private static final Limits LIMITS = new Limits(1 << 20, 1 << 20);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jpeg-420-q75.jpg",
        "jpeg-restart-rows.jpg",
        "jpeg-progressive-420.jpg",
        "jpeg-progressive-444.jpg",
        "jpeg-grey.jpg"
      })
  void shouldAnswerAsLeptonicaDoesAlsoToDamagedFiles(String name) {
    byte[] file = Samples.read(name);
    assertThat(LibTiff.takes(JpegMarkers.read(file, LIMITS))).isTrue();
    Random random = new Random(11);
    for (int i = 0; i < 300; i++) {
      compare(i == 0 ? file : Mutation.of(file, random), name + ", damage " + i);
    }
  }

  @Test
  void shouldLeaveOtherFilesToLeptonica() {
    byte[] file = Samples.read("jpeg-420-q75.jpg");
    byte[] surplus = Arrays.copyOf(file, file.length + 4);
    System.arraycopy(new byte[] {(byte) 0xff, (byte) 0xfe, 0, 2}, 0, surplus, file.length - 2, 4);
    System.arraycopy(file, file.length - 2, surplus, file.length + 2, 2);
    assertThat(LibTiff.takes(JpegMarkers.read(surplus, LIMITS))).isFalse();
    byte[] unmarked = JpegMarkers.read(file, LIMITS).withoutApplicationMarkers(file);
    assertThat(LibTiff.takes(JpegMarkers.read(unmarked, LIMITS))).isFalse();
  }

  /** libtiff takes no more than ten times a strip's size where that has more than a megabyte. */
  @Test
  void shouldReadFilesThatAreMostlyMetadata() {
    byte[] expected = ImageDecoder.standard().decode(Samples.read("jpeg-rgb-adobe.jpg")).rgb();
    byte[] grey = Samples.read("jpeg-grey.jpg");
    for (int bytes : new int[] {1 << 20, 2 << 20, 15 << 20}) {
      byte[] file = Bloated.jpegWith(grey, bytes);
      assertThat(ImageDecoder.standard().decode(file).rgb())
          .as("%d", bytes)
          .isEqualTo(ImageDecoder.standard().decode(grey).rgb());
      assertThat(ImageDecoder.standard().decode(Bloated.jpegWith(bytes)).rgb()).isEqualTo(expected);
    }
  }

  private static void compare(byte[] file, String name) {
    JpegHeader header;
    try {
      header = JpegMarkers.read(file, LIMITS);
    } catch (ImageException e) {
      return;
    }
    if (header.components() != Cmyk.INKS && LibTiff.takes(header)) {
      Optional<byte[]> expected = answer(() -> Leptonica.ownJpeg(file, header));
      Optional<byte[]> found = answer(() -> Leptonica.jpeg(file, header));
      assertThat(found.isPresent()).as(name).isEqualTo(expected.isPresent());
      found.ifPresent(rgb -> assertThat(rgb).as(name).isEqualTo(expected.orElseThrow()));
    }
  }

  private static Optional<byte[]> answer(Supplier<Pixels> decoder) {
    try {
      return Optional.of(decoder.get().rgb());
    } catch (ImageException e) {
      return Optional.empty();
    }
  }
}
