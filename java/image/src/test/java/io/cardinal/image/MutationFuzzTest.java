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
 * Row I5 of the reliability table: whatever the bytes, a picture, which can be brought to a tensor,
 * or an {@link ImageException}; no {@code Error}, no hanging, and the process lives on.
 */
@DisplayName("I5: mutated files through decoder and preprocessing")
class MutationFuzzTest {
  private static final String COUNT = "cardinal.mutations";
  private static final int THREADS = 2;

  @Test
  void shouldSurviveMutations() throws Exception {
    long seed = Scale.seed(MutationFuzzTest.class);
    int count = Integer.getInteger(COUNT, Scale.of(10_000, 200_000, 10_000_000));

    List<String> lines =
        HostileProcess.run(
            "mutate",
            Golden.path("preprocess/sources").toAbsolutePath().toString(),
            "" + seed,
            "" + count,
            "" + THREADS);

    assertThat(lines).as("seed %d", seed).hasSize(1);
    Map<String, Integer> counts = HostileProcess.counts(lines.get(0));
    assertThat(counts).as("seed %d", seed).containsEntry("bugs", 0);
    assertThat(counts.get("answers") + counts.get("refusals")).isEqualTo(count);
    assertThat(counts.get("answers")).as("not all of them useless").isGreaterThan(count / 20);
    Tally tally = new Tally("I5");
    tally.pass(count);
    tally.print();
  }
}
