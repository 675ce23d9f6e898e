// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.benchmarks.report;

import static io.cardinal.benchmarks.report.Timing.number;

import io.cardinal.benchmarks.Layer;
import io.cardinal.engine.ModelDefinition;
import io.cardinal.engine.graph.ResNeXt;
import io.cardinal.engine.graph.Shape;
import io.cardinal.engine.spec.ResNeXtSpec;
import io.cardinal.weights.RandomModel;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The figures as Markdown: one table a question, the ratio that answers it in the last column. */
final class Tables {
  private static final String NETWORK = "NetworkBenchmark";
  private static final String GROUPED = "GroupedConvolutionBenchmark";
  private static final String PEAK = "peak";
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
    section(text, "Whole networks, milliseconds for a batch", networks());
    section(text, "From a model file to the first answer, milliseconds", opening());
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
        oneDNN %s, instruction set %s; libcardinal: %s; ONNX Runtime %s; Java %s.
        Sources: commit %s. Measured on %s; load average before it %.2f.
        Forks: at most %d, of at most %d iterations each. A mean has half of its 99.9 %% confidence interval;
        ratios and rates are of medians. The peak is that of bare multiply-adds on as many cores, measured
        around each iteration; padding that a kernel skips does not count.
        """,
        machine.cpu(),
        machine.cores(),
        machine.caches(),
        machine.oneDnn(),
        machine.instructionSet(),
        machine.libcardinal(),
        machine.onnxRuntime(),
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
            "cardinal, mean",
            "median",
            "of peak",
            "onednn, median",
            "of peak",
            "reference, median",
            "onednn / cardinal");
    for (String layer : values(GROUPED, "layer")) {
      Optional<Timing> cardinal = find(GROUPED, "provider", "cardinal", "layer", layer);
      Optional<Timing> oneDnn = find(GROUPED, "provider", "onednn", "layer", layer);
      Optional<Timing> reference = find(GROUPED, "provider", "reference", "layer", layer);
      Layer shape = Layer.parse(layer); // libcardinal multiplies columns of padding too
      rows.add(
          layer,
          cardinal.map(Timing::mean).orElse("-"),
          number(median(cardinal)),
          number(ofPeak(cardinal, shape.operations(false), 1e-6)),
          number(median(oneDnn)),
          number(ofPeak(oneDnn, shape.operations(true), 1e-6)),
          number(median(reference)),
          number(median(oneDnn) / median(cardinal)));
    }
    return rows.text();
  }

  /** What was done a second, of what one core could do beside it. */
  private double ofPeak(Optional<Timing> timing, double operations, double secondsOfUnit) {
    double peak = median(timing.flatMap(t -> find(t.benchmark(), PEAK, t.parameters()))); // GFLOP/s
    return peak > 0 ? operations / (median(timing) * secondsOfUnit) / (peak * 1e9) : Double.NaN;
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
        new Rows(
            "network",
            "batch",
            "threads",
            "cardinal, mean",
            "median",
            "images/s",
            "of peak",
            "on oneDNN alone, median",
            "ONNX Runtime, median",
            "ONNX Runtime / cardinal");
    for (String network : values(NETWORK, "architecture")) {
      for (String batch : values(NETWORK, "batch")) {
        for (String threads : values(NETWORK, "threads")) {
          addNetwork(rows, network, batch, threads);
        }
      }
    }
    return rows.text();
  }

  private void addNetwork(Rows rows, String network, String batch, String threads) {
    Optional<Timing> cardinal = network(network, batch, threads, "cardinal");
    double oneDnn = median(network(network, batch, threads, "onednn"));
    double onnxRuntime = median(network(network, batch, threads, "onnxruntime"));
    if (cardinal.isPresent()) {
      double onOneCore = operations(network, batch) / Integer.parseInt(threads);
      rows.add(
          network,
          batch,
          threads,
          cardinal.get().mean(),
          number(median(cardinal)),
          number(imagesPerSecond(network, batch, threads)),
          number(ofPeak(cardinal, onOneCore, 1e-3)),
          number(oneDnn),
          number(onnxRuntime),
          number(onnxRuntime / median(cardinal)));
    }
  }

  private Optional<Timing> network(String network, String batch, String threads, String engine) {
    return find(
        NETWORK, "architecture", network, "batch", batch, "threads", threads, "engine", engine);
  }

  /** Floating-point operations for a batch: two for a multiply-add that libcardinal does. */
  private static double operations(String network, String batch) {
    ModelDefinition model = RandomModel.of(network, 0);
    Shape images =
        new Shape(
            Integer.parseInt(batch),
            model.preprocessing().height(),
            model.preprocessing().width(),
            ResNeXtSpec.INPUT_CHANNELS);
    return 2.0 * ResNeXt.describe(model.spec()).multiplyAddsWithoutPadding(images, false);
  }

  private double imagesPerSecond(String network, String batch, String threads) {
    double milliseconds = median(network(network, batch, threads, "cardinal"));
    return Integer.parseInt(batch) * 1e3 / milliseconds;
  }

  private String opening() {
    Rows rows = new Rows("network", "mean", "median");
    for (Timing timing : all("OpenBenchmark")) {
      rows.add(timing.parameter("architecture"), timing.mean(), number(timing.median()));
    }
    return rows.text();
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
      double alone = machine.cores() * imagesPerSecond(network, "8", "1");
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

  /** The values of a parameter, in the order of running. */
  private List<String> values(String benchmark, String parameter) {
    return all(benchmark).stream().map(t -> t.parameter(parameter)).distinct().toList();
  }

  /** The score with these parameters: names and values, in turn. */
  private Optional<Timing> find(String benchmark, String... wanted) {
    Map<String, String> parameters = new HashMap<>();
    for (int i = 0; i < wanted.length; i += 2) {
      parameters.put(wanted[i], wanted[i + 1]);
    }
    return find(benchmark, "", parameters);
  }

  private Optional<Timing> find(String benchmark, String side, Map<String, String> parameters) {
    return all(benchmark, side).stream()
        .filter(t -> t.parameters().entrySet().containsAll(parameters.entrySet()))
        .findFirst();
  }

  private static double median(Optional<Timing> timing) {
    return timing.map(Timing::median).orElse(Double.NaN);
  }
}
