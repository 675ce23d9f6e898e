// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.benchmarks.report;

import static io.cardinal.benchmarks.report.Timing.number;

import io.cardinal.benchmarks.Layer;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** The figures as Markdown: one table a question, the ratio that answers it in the last column. */
final class Tables {
  private static final String NETWORK = "NetworkBenchmark";
  private static final String DENSE = "dense 256x14x14/1";
  private static final Map<String, String> FORMS =
      Map.of(
          "SPLIT_TRANSFORM_MERGE", "(a) split-transform-merge",
          "EARLY_CONCATENATION", "(b) early concatenation",
          "GROUPED_CONVOLUTION", "(c) grouped convolution");
  private static final Map<String, String> WORKS =
      Map.of("decode", "decode", "tensor", "decode, resize, crop, normalise");

  private final Machine machine;
  private final List<Timing> timings;

  Tables(Results results) {
    machine = results.machine();
    timings = results.timings();
  }

  /** Everything that was measured. */
  String all() {
    StringBuilder text = new StringBuilder(machine());
    text.append("Image libraries: ").append(machine.codecs().replace(" : ", ", "));
    text.append(". Pillow: ").append(machine.pillow().isEmpty() ? "not there" : machine.pillow());
    text.append(".\n");
    section(text, "Grouped convolutions, microseconds", groupedConvolutions());
    section(text, "The three forms of a block, microseconds", blockForms());
    section(text, "Whole networks on one worker, milliseconds", networks());
    section(text, "Decoding, microseconds", decoding());
    section(text, "Resize, crop and normalise, microseconds", preprocessing());
    section(text, "Beside Pillow, microseconds", pillow());
    section(text, "End to end, files a second", endToEnd());
    return text.toString();
  }

  /** The machine and the table of the block forms, for the page about them. */
  String blockFormsPage() {
    return blockForms() + "\n" + machine();
  }

  private static void section(StringBuilder text, String title, String body) {
    if (!body.isEmpty()) {
      text.append("\n### ").append(title).append("\n\n").append(body);
    }
  }

  private String machine() {
    int forks = 0;
    int iterations = 0;
    for (Timing timing : timings) {
      forks = Math.max(forks, timing.forks().size());
      iterations = Math.max(iterations, timing.forks().get(0).size());
    }
    return String.format(
        Locale.ROOT,
        """
        Machine: %s, %d cores given; caches of a core: %s.
        oneDNN %s, instruction set %s; Java %s.
        Sources: commit %s. Measured on %s; load average before it %.2f.
        Forks: %d, of %d iterations each. A mean has half of its 99.9 %% confidence interval; ratios and
        rates are of medians.
        """,
        machine.cpu(),
        machine.cores(),
        machine.caches(),
        machine.oneDnn(),
        machine.instructionSet(),
        machine.java(),
        machine.commit(),
        machine.date(),
        machine.load(),
        forks,
        iterations);
  }

  private String groupedConvolutions() {
    Rows rows =
        new Rows(
            "channels, map, stride",
            "onednn, mean",
            "median",
            "reference, median",
            "reference / onednn",
            "onednn, Gflop/s",
            "of the dense one's");
    String benchmark = "GroupedConvolutionBenchmark";
    double dense = gigaflops(find(benchmark, "provider", "onednn", "layer", DENSE));
    for (Timing timing : all(benchmark)) {
      String layer = timing.parameter("layer");
      if (timing.is("provider", "onednn")) {
        double reference = median(find(benchmark, "provider", "reference", "layer", layer));
        rows.add(
            layer,
            timing.mean(),
            number(timing.median()),
            number(reference),
            number(reference / timing.median()),
            number(gigaflops(Optional.of(timing))),
            number(gigaflops(Optional.of(timing)) / dense));
      }
    }
    return rows.text();
  }

  private static double gigaflops(Optional<Timing> timing) {
    return timing
        .map(t -> Layer.parse(t.parameter("layer")).operations() / (t.median() * 1e3))
        .orElse(Double.NaN);
  }

  private String blockForms() {
    return comparison("BlockFormsBenchmark", "form", "GROUPED_CONVOLUTION", "(c)");
  }

  private String decoding() {
    return comparison("DecodeBenchmark", "format", "jpg", "jpg");
  }

  private String preprocessing() {
    return comparison("PreprocessBenchmark", "filter", "BILINEAR", "bilinear");
  }

  /** A row for each value of a parameter, relative to that of one of them. */
  private String comparison(String benchmark, String parameter, String base, String baseName) {
    Rows rows = new Rows(parameter, "mean", "median", "times " + baseName);
    double one = median(find(benchmark, parameter, base));
    for (Timing timing : all(benchmark)) {
      String value = timing.parameter(parameter);
      rows.add(
          FORMS.getOrDefault(value, value.toLowerCase(Locale.ROOT)),
          timing.mean(),
          number(timing.median()),
          number(timing.median() / one));
    }
    return rows.text();
  }

  private String networks() {
    Rows rows =
        new Rows("network", "batch", "mean", "median", "images/s", "times those of batch 1");
    for (Timing timing : all(NETWORK)) {
      String network = timing.parameter("architecture");
      String batch = timing.parameter("batch");
      rows.add(
          network,
          batch,
          timing.mean(),
          number(timing.median()),
          number(imagesPerSecond(network, batch)),
          number(imagesPerSecond(network, batch) / imagesPerSecond(network, "1")));
    }
    return rows.text();
  }

  private double imagesPerSecond(String network, String batch) {
    double milliseconds = median(find(NETWORK, "architecture", network, "batch", batch));
    return Integer.parseInt(batch) * 1e3 / milliseconds;
  }

  private String pillow() {
    if (machine.pillow().isEmpty()) {
      return "Not measured: there was no Python with Pillow and NumPy (`--python` names one).\n";
    }
    Rows rows =
        new Rows(
            "of a JPEG", "Cardinal, mean", "median", "Pillow, mean", "median", "Cardinal / Pillow");
    for (Timing pillow : all("PillowBenchmark", "pillow")) {
      for (Timing cardinal : all("PillowBenchmark", "cardinal")) {
        String work = cardinal.parameter("work");
        if (pillow.is("work", work)) {
          rows.add(
              WORKS.getOrDefault(work, work),
              cardinal.mean(),
              number(cardinal.median()),
              pillow.mean(),
              number(pillow.median()),
              number(cardinal.median() / pillow.median()));
        }
      }
    }
    return rows.text();
  }

  private String endToEnd() {
    Rows rows =
        new Rows("network", "mean", "median", "of the network's alone, batch 8, on all cores");
    for (Timing timing : all("EndToEndBenchmark")) {
      String network = timing.parameter("architecture");
      double alone = machine.cores() * imagesPerSecond(network, "8");
      rows.add(network, timing.mean(), number(timing.median()), number(timing.median() / alone));
    }
    return rows.text();
  }

  private List<Timing> all(String benchmark) {
    return all(benchmark, "");
  }

  private List<Timing> all(String benchmark, String side) {
    return timings.stream()
        .filter(t -> t.benchmark().equals(benchmark) && t.side().equals(side))
        .toList();
  }

  /** The one with these parameters: names and values, in turn. */
  private Optional<Timing> find(String benchmark, String... wanted) {
    return all(benchmark).stream()
        .filter(
            t ->
                IntStream.range(0, wanted.length / 2)
                    .allMatch(i -> t.is(wanted[2 * i], wanted[2 * i + 1])))
        .findFirst();
  }

  private static double median(Optional<Timing> timing) {
    return timing.map(Timing::median).orElse(Double.NaN);
  }
}
