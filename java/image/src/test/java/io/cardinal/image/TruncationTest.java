// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.cardinal.testing.Golden;
import io.cardinal.testing.Scale;
import io.cardinal.testing.Tally;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Row I4 of the reliability table: pictures of every kind cut at each of their first 4,096 bytes
 * and at every 997th after them. A cut file is refused, or shows its whole picture.
 */
@DisplayName("I4: truncated files")
class TruncationTest {
  @Test
  void shouldNeverShowAPartOfATruncatedFile() throws Exception {
    long seed = Scale.seed(TruncationTest.class);
    int oneOf = Scale.of(20, 1);

    List<String> lines =
        HostileProcess.run(
            "truncate",
            Golden.path("preprocess/sources").toAbsolutePath().toString(),
            "" + seed,
            "" + oneOf);

    assertThat(lines).as("seed %d", seed).hasSize(1);
    Map<String, Integer> counts = HostileProcess.counts(lines.get(0));
    assertThat(counts).as("seed %d", seed).containsEntry("bugs", 0);
    assertThat(counts.get("files")).isGreaterThanOrEqualTo(100);
    assertThat(counts.get("refusals")).isGreaterThan(200_000 / oneOf);
    Tally tally = new Tally("I4");
    tally.pass(counts.get("answers") + counts.get("refusals"));
    tally.print();
  }
}
