// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.cardinal.testing.Tally;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Row R2 of the reliability table: every file that the decoder once failed on, by refusing what it
 * should answer, or by taking time or memory out of proportion. {@code regressions/expected.tsv}
 * says what was wrong and what must come of each.
 */
@DisplayName("R2: files that once failed")
class RegressionFilesTest {
  private static final long MOST_BEYOND = 64 << 20;

  @Test
  void shouldGiveTheExpectedOutcomes() throws IOException {
    Tally tally = new Tally("R2");
    for (String line : new String(read("expected.tsv"), StandardCharsets.UTF_8).lines().toList()) {
      if (line.startsWith("#")) {
        continue;
      }
      List<String> words = List.of(line.split("\t", -1));
      byte[] file = unpack(read(words.get(0) + ".gz"));
      for (ImageDecoder decoder :
          List.of(ImageDecoder.standard(), ImageDecoder.standard().withExifOrientation(true))) {
        long before = ProcessMemory.allocated();
        assertThat(outcome(decoder, file)).as(line).isEqualTo(words.get(1));
        assertThat(ProcessMemory.allocated() - before)
            .as(line)
            .isLessThan(decoder.decodingNeed(file).bytes() + MOST_BEYOND);
      }
      tally.pass();
    }
    assertThat(tally.passed()).isEqualTo(7);
    tally.print();
  }

  private static String outcome(ImageDecoder decoder, byte[] file) {
    try {
      Pixels pixels = decoder.decode(file);
      return pixels.width() + " x " + pixels.height();
    } catch (ImageException e) {
      return e.reason().name();
    }
  }

  private static byte[] read(String name) throws IOException {
    try (InputStream in = RegressionFilesTest.class.getResourceAsStream("/regressions/" + name)) {
      return Objects.requireNonNull(in, name).readAllBytes();
    }
  }

  private static byte[] unpack(byte[] packed) throws IOException {
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(packed))) {
      return in.readAllBytes();
    }
  }
}
