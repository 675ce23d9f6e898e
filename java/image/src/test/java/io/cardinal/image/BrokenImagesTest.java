// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.cardinal.image.ImageException.Reason;
import io.cardinal.testing.Golden;
import io.cardinal.testing.Tally;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Rows I1 and I2 of the reliability table: the broken pictures that other projects collected. Each
 * is answered or refused, for the memory that {@link ImageDecoder#decodingNeed} states, and those
 * that claim too many pixels for next to none. {@code docs/broken-images.md} compares the answers
 * with Pillow's.
 */
@DisplayName("I1, I2: real broken files")
class BrokenImagesTest {
  private static final int SLOWEST = 10;
  private static final long MOST_FOR_A_BOMB = 8 << 20;

  /** Beyond what was stated: pages that the allocator keeps, code that is loaded once. */
  private static final long MOST_BEYOND = 64 << 20;

  private static final Map<String, Integer> OUTCOMES =
      Map.of(
          "ANSWER", 418,
          "CORRUPT", 760,
          "NOT_AN_IMAGE", 250,
          "TOO_MANY_PIXELS", 4,
          "TOO_MUCH_WORK", 37,
          "TRUNCATED", 1675,
          "UNSUPPORTED", 124,
          "bugs", 0);

  /** A line of what {@link Hostile} wrote. */
  private record Line(
      String name, String outcome, long milliseconds, long heap, long outside, long expected) {
    static Line of(String line) {
      String[] words = line.split("\t", -1);
      return new Line(
          words[0],
          words[2],
          Long.parseLong(words[6]),
          Long.parseLong(words[7]),
          Long.parseLong(words[8]),
          Long.parseLong(words[9]));
    }
  }

  @Test
  void shouldAnswerOrRefuse() throws Exception {
    assumeTrue(Golden.isWhole(), "needs the whole golden data, -Dcardinal.golden");
    Path tar = Golden.directory().resolveSibling("data").resolve("broken-images.tar");
    Path out = Path.of("target", "broken-images.tsv").toAbsolutePath();

    List<String> printed =
        HostileProcess.measure(
            Hostile.class, "answers", tar.toAbsolutePath().toString(), out.toString());

    assertThat(printed).hasSize(1);
    System.out.println("broken-images.tar: " + printed.get(0));
    List<Line> lines =
        Files.readAllLines(out, StandardCharsets.UTF_8).stream().map(Line::of).toList();
    assertThat(lines).hasSize(3_268);
    print(lines);
    for (Line line : lines) {
      assertThat(line.heap() + line.outside())
          .as("%s", line)
          .isLessThan(line.expected() + MOST_BEYOND);
    }
    Map<String, Integer> counts = HostileProcess.counts(printed.get(0));
    counts.keySet().removeAll(List.of("answers", "refusals"));
    assertThat(counts).isEqualTo(OUTCOMES);
    Tally all = new Tally("I1");
    all.pass(lines.size());
    all.print();
    checkBombs(lines);
  }

  private static void print(List<Line> lines) {
    Comparator<Line> slowestFirst = Comparator.comparing(Line::milliseconds).reversed();
    lines.stream()
        .sorted(slowestFirst)
        .limit(SLOWEST)
        .forEach(
            line ->
                System.out.printf(
                    "%5d ms, %s: %s%n", line.milliseconds(), line.outcome(), line.name()));
    long most =
        lines.stream()
            .mapToLong(line -> line.heap() + line.outside() - line.expected())
            .max()
            .orElseThrow();
    System.out.println("most memory beyond what was stated: " + most + " bytes");
  }

  private static void checkBombs(List<Line> lines) {
    List<Line> bombs =
        lines.stream()
            .filter(line -> line.outcome().equals(Reason.TOO_MANY_PIXELS.name()))
            .toList();
    assertThat(bombs).isNotEmpty();
    for (Line bomb : bombs) {
      assertThat(bomb.heap() + bomb.outside()).as("%s", bomb).isLessThan(MOST_FOR_A_BOMB);
    }
    Tally tally = new Tally("I2");
    tally.pass(bombs.size());
    tally.print();
  }
}
