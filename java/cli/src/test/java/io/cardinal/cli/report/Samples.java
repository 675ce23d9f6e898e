// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli.report;

import io.cardinal.Prediction;
import io.cardinal.engine.ModelMetadata;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.StringWriter;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/** Reports on runs that never were, by a clock that is set. */
final class Samples {
  /** What a name or label may do to a page. */
  static final List<String> HOSTILE =
      List.of(
          "<script>alert(1)</script>",
          "\" onload=\"alert(1)",
          "' onerror='alert(1)",
          "a & b &amp; &lt;b&gt; &#0;",
          "]]> --> <!-- <![CDATA[",
          "</style></title><img src=x onerror=alert(1)>",
          "override \u202egpj.exe isolate \u2066x",
          "NUL \0 escape \u001b[31m return \r\n tab \t",
          "half a pair \ud800 or \udc00, no character \ufffe \uffff",
          "invisible \u200b\ufeff\u00ad",
          "javascript:alert(1)",
          "صورة \u200f שלום हिन्दी 日本語 \ud83d\udc69\u200d\ud83d\udc67",
          "  two  spaces  ",
          "x".repeat(10_000));

  static final Instant START = Instant.parse("2026-01-31T23:59:50Z");

  final AtomicLong nanoseconds = new AtomicLong();

  /** A page in memory. */
  interface Page {
    void writeTo(StringWriter out) throws IOException;
  }

  static String text(Page page) throws IOException {
    StringWriter out = new StringWriter();
    page.writeTo(out);
    return out.toString();
  }

  ClassifyReport classify(ModelMetadata metadata, int cards) {
    return new ClassifyReport(facts(), metadata, cards, START, nanoseconds::get);
  }

  EvaluateReport evaluate(ModelMetadata metadata) {
    return new EvaluateReport(facts(), metadata, START, nanoseconds::get);
  }

  /** Labels that are hostile, with ids that are too. */
  static ModelMetadata hostileClasses() {
    return new ModelMetadata(HOSTILE, HOSTILE, "", "", "", Map.of("top1", 0.5));
  }

  static ModelMetadata classes(int count) {
    return ModelMetadata.unnamed(count);
  }

  /** Answers that begin with a class and go on with the next ones. */
  static List<Prediction> answers(ModelMetadata metadata, int first, float probability) {
    int count = Math.min(5, metadata.labels().size());
    return IntStream.range(0, count)
        .map(i -> (first + i) % metadata.labels().size())
        .mapToObj(
            i ->
                new Prediction(
                    i,
                    metadata.labels().get(i),
                    metadata.labelIds().isEmpty() ? "" : metadata.labelIds().get(i),
                    i == first ? probability : (1 - probability) / count,
                    0))
        .toList();
  }

  static Optional<BufferedImage> picture(int width, int height) {
    BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        float hue = (float) (x + 3 * y) / (width + 3 * height);
        picture.setRGB(x, y, Color.HSBtoRGB(hue, 0.6f, (x ^ y) % 32 < 16 ? 0.9f : 0.6f));
      }
    }
    return Optional.of(picture);
  }

  /** A run whose names, labels, reasons and messages are all hostile. */
  String hostileClassify() throws IOException {
    ModelMetadata metadata = hostileClasses();
    ClassifyReport report = classify(metadata, 100);
    for (int i = 0; i < HOSTILE.size(); i++) {
      String name = "folder/" + HOSTILE.get(i);
      nanoseconds.addAndGet(300_000_000);
      report.answered(name, answers(metadata, i, 0.9f), picture(128, 96));
      report.failed(name, HOSTILE.get(i), HOSTILE.get(i));
    }
    return text(report::writeTo);
  }

  /** Likewise one of evaluate. */
  String hostileEvaluate() throws IOException {
    ModelMetadata metadata = hostileClasses();
    EvaluateReport report = evaluate(metadata);
    Evaluation<String> evaluation = new Evaluation<>(HOSTILE.size(), 10);
    for (int i = 0; i < HOSTILE.size(); i++) {
      String name = HOSTILE.get(i);
      nanoseconds.addAndGet(300_000_000);
      List<Prediction> answers = answers(metadata, i, 0.9f);
      int truth = i / 2;
      report.answered(truth, answers.get(0));
      evaluation.add(name, name, truth, answers);
      report.mistake(name, truth, answers, i % 2 == 0 ? picture(32, 32) : Optional.empty());
      report.failed(name, name, name);
      evaluation.add(name, name, truth, List.of());
    }
    return text(out -> report.writeTo(evaluation, out));
  }

  /** A run of evaluate over many classes, whose mistakes are near the truth. */
  String evaluateMany(int classes, int images) throws IOException {
    ModelMetadata metadata = classes(classes);
    EvaluateReport report = evaluate(metadata);
    Evaluation<Integer> evaluation = new Evaluation<>(classes, 10);
    for (int i = 0; i < images; i++) {
      nanoseconds.addAndGet(5_000_000);
      int truth = i % classes;
      int answer = i % 4 == 0 ? (truth + i / classes % 7) % classes : truth;
      List<Prediction> answers = answers(metadata, answer, (i % 100) / 100f);
      report.answered(truth, answers.get(0));
      evaluation.add(i, "image " + i, truth, answers);
    }
    return text(out -> report.writeTo(evaluation, out));
  }

  private static Map<String, String> facts() {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("model", "a model");
    HOSTILE.forEach(text -> facts.put("fact " + facts.size(), text));
    return facts;
  }
}
