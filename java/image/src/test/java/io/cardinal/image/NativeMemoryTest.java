// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.cardinal.testing.Golden;
import io.cardinal.testing.Scale;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The libraries return what they took, whatever came of it. */
class NativeMemoryTest {
  @Test
  void shouldReturnNativeMemory() throws Exception {
    int rounds = Scale.of(500, 4_000);

    List<String> lines =
        HostileProcess.run(
            "leak", Golden.path("preprocess/sources").toAbsolutePath().toString(), "" + rounds);

    assertThat(lines).hasSize(3);
    long growth = kibibytes(lines.get(1)) - kibibytes(lines.get(0));
    // One raster of one of these files lost in each round would be 50 MiB and more.
    assertThat(growth).as("KiB over %d rounds", rounds).isLessThan(24 << 10);
    assertThat(lines.get(2))
        .isEqualTo("answers " + 9 * rounds + ", bugs 0, refusals " + 2 * rounds);
  }

  private static long kibibytes(String line) {
    return Long.parseLong(line.substring(line.indexOf(' ') + 1));
  }
}
