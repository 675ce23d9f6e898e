// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.cardinal.testing.Golden;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What {@link ImageDecoder#decodingNeed} states is what decoding takes at most. */
class FootprintTest {
  /** What the allocator keeps, and pages that are counted in groups. */
  private static final long SLACK = 6 << 20;

  /** A message, and what was looked at for it. */
  private static final long REFUSAL = 1 << 17;

  private static final long LARGE = 16 << 20;

  @Test
  void shouldStateAnUpperBoundThatIsNear() throws Exception {
    List<String> lines =
        HostileProcess.measure(
            FootprintProbe.class, Golden.path("preprocess/sources").toAbsolutePath().toString());

    int large = 0;
    for (String line : lines) {
      String[] words = line.split("\t", -1);
      long heap = Long.parseLong(words[1]);
      long outside = Long.parseLong(words[2]);
      long heapTaken = Long.parseLong(words[3]);
      long outsideTaken = Long.parseLong(words[4]);
      assertThat(heapTaken).as(line).isLessThan(heap + REFUSAL);
      assertThat(outsideTaken).as(line).isLessThan(outside + SLACK);
      if (heap > LARGE && words[5].startsWith("Pixels")) {
        assertThat(heap + outside).as(line).isLessThan(2 * (heapTaken + outsideTaken));
        large++;
      }
    }
    assertThat(large).isGreaterThan(30);
  }
}
