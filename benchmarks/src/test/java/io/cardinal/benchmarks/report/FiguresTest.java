// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cardinal.testing.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** No figure of speed in any page is typed by hand: each comes from the raw ones of one run. */
class FiguresTest {
  private static final Pattern GENERATED =
      Pattern.compile(
          Pattern.quote(Pages.BEGIN) + ".*?" + Pattern.quote(Pages.END), Pattern.DOTALL);
  private static final Pattern ROW =
      Pattern.compile(
          "^\\|.+\\|.+\\| (?:([0-9.]+)|missing: [^|]*) \\|.+\\|.+\\|$", Pattern.MULTILINE);
  private static final Pattern SPEED =
      Pattern.compile(
          "\\d\\s?(ms|us|µs|ns|microseconds?|milliseconds?|[GMT]?flops?(/s)?)\\b"
              + "|\\d\\s(images|files|pictures|frames)(/s| a second| per second)"
              + "|\\d\\s?(%|x|times)\\s(faster|slower|as fast|as slow|the speed)",
          Pattern.CASE_INSENSITIVE);

  @Test
  void shouldShowWhatWasMeasured() throws IOException {
    Path root = Golden.root();
    Map<String, String> pages = Pages.render(root, Results.read(root.resolve(Pages.RESULTS)));
    for (Map.Entry<String, String> page : pages.entrySet()) {
      assertThat(Files.readString(root.resolve(page.getKey())))
          .as("%s; benchmarks/run --render writes it anew", page.getKey())
          .isEqualTo(page.getValue());
    }
  }

  @Test
  void shouldHaveMeasuredWhatThePagesSay() throws IOException {
    List<Timing> timings = Results.read(Golden.root().resolve(Pages.RESULTS)).timings();
    assertThat(timings.stream().map(Timing::benchmark).distinct())
        .contains(
            "BlockFormsBenchmark",
            "DecodeBenchmark",
            "EndToEndBenchmark",
            "GroupedConvolutionBenchmark",
            "NetworkBenchmark",
            "PreprocessBenchmark");
    double[] forms =
        timings.stream()
            .filter(t -> t.benchmark().equals("BlockFormsBenchmark"))
            .mapToDouble(Timing::median)
            .toArray();
    assertThat(forms[2])
        .as("docs/resnext.md says that (c), the last one, is the fastest")
        .isLessThan(Math.min(forms[0], forms[1]));
  }

  /** The table of other engines, whose rows stand in the order of the raw figures. */
  @Test
  void shouldShowWhatTheRivalsTook() throws IOException {
    Path rivals = Golden.root().resolve("benchmarks/rivals");
    List<Double> measured = new ArrayList<>();
    if (Files.exists(rivals.resolve("results.json"))) {
      String raw = Files.readString(rivals.resolve("results.json"));
      for (JsonNode figures : new ObjectMapper().readTree(raw).findValues("ms_per_image")) {
        double[] sorted =
            StreamSupport.stream(figures.spliterator(), false)
                .mapToDouble(JsonNode::doubleValue)
                .sorted()
                .toArray();
        int middle = sorted.length / 2;
        measured.add(
            sorted.length == 0
                ? Double.NaN
                : Math.rint(5 * (sorted[middle] + sorted[(sorted.length - 1) / 2])) / 10);
      }
    }
    List<Double> shown =
        ROW.matcher(Files.readString(rivals.resolve("README.md")))
            .results()
            .map(row -> row.group(1) == null ? Double.NaN : Double.parseDouble(row.group(1)))
            .toList();
    assertThat(shown).as("benchmarks/rivals/run --render writes them").isEqualTo(measured);
  }

  @Test
  void shouldHaveNoSpeedTypedByHand() throws IOException {
    try (Stream<Path> files = Files.walk(Golden.root())) {
      for (Path page : files.filter(FiguresTest::isPage).toList()) {
        String typed = GENERATED.matcher(Files.readString(page)).replaceAll("");
        assertThat(SPEED.matcher(typed).results().map(r -> around(typed, r.start())))
            .as("%s: speeds belong to what benchmarks/run writes; link to it", page)
            .isEmpty();
      }
    }
  }

  @Test
  void shouldKnowASpeedWhenItSeesOne() {
    assertThat(
            Stream.of(
                "5.3 ms", "14379 µs", "120 images/s", "3 times faster", "20 % slower", "9 us"))
        .allMatch(text -> SPEED.matcher(text).find());
    assertThat(Stream.of("within 10 seconds", "100 MB", "one image a worker", "32x4d", "5 users"))
        .noneMatch(text -> SPEED.matcher(text).find());
  }

  private static boolean isPage(Path file) {
    String path = Golden.root().relativize(file).toString();
    return path.endsWith(".md") && !path.matches("(.*/)?(target|\\.[^/]+)/.*");
  }

  private static String around(String text, int at) {
    return text.substring(Math.max(0, at - 40), Math.min(text.length(), at + 40));
  }
}
