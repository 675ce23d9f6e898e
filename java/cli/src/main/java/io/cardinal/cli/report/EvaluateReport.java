// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli.report;

import io.cardinal.Prediction;
import io.cardinal.cli.report.ClassTable.Row;
import io.cardinal.cli.report.Page.Tile;
import io.cardinal.engine.ModelMetadata;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.Writer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/**
 * A run of {@code evaluate} as a page, in a bounded amount of memory besides its {@link
 * Evaluation}. Used on one thread.
 */
public final class EvaluateReport {
  /** How many first classes of a mistake are shown. */
  public static final int TOP = Card.ANSWERS;

  private static final int CLASSES = 50;

  private final RunCounts run;
  private final ModelMetadata metadata;
  private final List<Card> mistakes = new ArrayList<>();

  /**
   * The report on a run that begins now.
   *
   * @param facts what identifies the run, by name
   * @param metadata the classes
   */
  public EvaluateReport(Map<String, String> facts, ModelMetadata metadata) {
    this(facts, metadata, Instant.now(), System::nanoTime);
  }

  /** Likewise, by a clock of nanoseconds. */
  EvaluateReport(
      Map<String, String> facts, ModelMetadata metadata, Instant start, LongSupplier clock) {
    this.run = new RunCounts(facts, start, clock);
    this.metadata = metadata;
  }

  /**
   * Counts an image with an answer.
   *
   * @param truth its class
   * @param best the first answer
   */
  public void answered(int truth, Prediction best) {
    run.answered(best.probability(), best.index() == truth);
  }

  /**
   * Counts an image without one.
   *
   * @param name the image
   * @param reason what is called the reason
   * @param message one line
   */
  public void failed(String name, String reason, String message) {
    run.failed(name, reason, message);
  }

  /**
   * Shows a mistake; the worst come first.
   *
   * @param name the image
   * @param truth its class
   * @param answers the first classes, best first
   * @param preview the image made small, if it can still be read
   */
  public void mistake(
      String name, int truth, List<Prediction> answers, Optional<BufferedImage> preview) {
    mistakes.add(Card.of(name, preview, answers, ClassTable.label(metadata, truth)));
  }

  /**
   * Writes the page.
   *
   * @param evaluation of all images
   * @param out closed by the caller
   */
  public void writeTo(Evaluation<?> evaluation, Writer out) throws IOException {
    Page page = new Page(out);
    String heading =
        "Top-1 "
            + Figures.fraction(evaluation.top1())
            + " on "
            + Figures.count(run.images(), "image", "images");
    page.write("cardinal evaluate", heading, () -> write(page, evaluation));
    out.flush();
  }

  private void write(Page page, Evaluation<?> evaluation) throws IOException {
    long failed = run.failures().count();
    page.tiles(
        List.of(
            Tile.of(Figures.fraction(evaluation.top1()), "top-1" + published("top1")),
            Tile.of(Figures.fraction(evaluation.top5()), "top-5" + published("top5")),
            Tile.of(Figures.fraction(run.confidences().calibrationError()), "calibration error"),
            Tile.of(Figures.count(run.images()), "images"),
            new Tile(Figures.count(failed), "failed, counted as wrong", failed > 0),
            Tile.of(Figures.rate(run.perSecond()), "images/s")));
    page.facts(run);
    page.html().open("div", "class", "pair");
    if (run.answered() > 0) {
      String note = "How sure the network was of its first answers; wrong ones red.";
      Charts.confidence(page, run.confidences(), note);
      Charts.calibration(page, run.confidences());
    }
    Charts.rate(page, run);
    page.html().closeLine();
    page.failures(run);
    classes(page, evaluation);
    if (run.answered() > 0) {
      Confusion confusion = new Confusion(evaluation, metadata);
      page.section("Confusion", confusion.note(), () -> confusion.writeTo(page.html()));
      pairs(page, confusion);
    }
    if (!mistakes.isEmpty()) {
      page.section(
          "Worst mistakes",
          "The wrong answers that the network was most sure of; --report-images takes another"
              + " number.",
          () -> page.cards(mistakes));
    }
  }

  private String published(String figure) {
    Double stated = metadata.accuracy().get(figure);
    return stated == null ? "" : "; the model file states " + Figures.fraction(stated);
  }

  private void classes(Page page, Evaluation<?> evaluation) throws IOException {
    List<Integer> found =
        IntStream.range(0, metadata.labels().size())
            .filter(i -> evaluation.images(i) > 0)
            .boxed()
            .sorted(Comparator.comparingDouble(evaluation::top1))
            .toList();
    List<Row> rows = new ArrayList<>();
    for (int i : found.subList(0, Math.min(CLASSES, found.size()))) {
      rows.add(
          new Row(
              List.of(i),
              evaluation.top1(i),
              List.of(
                  Figures.fraction(evaluation.top1(i)),
                  Figures.fraction(evaluation.top5(i)),
                  Figures.count(evaluation.images(i)))));
    }
    String note =
        (found.size() > CLASSES
                ? "The " + CLASSES + " classes with the least top-1; the command prints all."
                : "The least top-1 first.")
            + unseen(found.size());
    List<String> numbers = List.of("top-1", "top-5", "images");
    page.section(
        "Classes",
        note,
        () -> ClassTable.write(page.html(), metadata, List.of("class"), numbers, rows));
  }

  private String unseen(int found) {
    long none = (long) metadata.labels().size() - found;
    return none == 0 ? "" : " " + Figures.count(none, "class has", "classes have") + " no image.";
  }

  private void pairs(Page page, Confusion confusion) throws IOException {
    List<Confusion.Pair> worst = confusion.worstPairs();
    if (worst.isEmpty()) {
      return;
    }
    List<Row> rows = new ArrayList<>();
    for (Confusion.Pair pair : worst) {
      double bar = (double) pair.count() / worst.get(0).count();
      String share = Figures.percent(pair.count(), pair.images());
      List<String> numbers = List.of(Figures.count(pair.count()), share);
      rows.add(new Row(List.of(pair.truth(), pair.answer()), bar, numbers));
    }
    List<String> classes = List.of("truth", "answer");
    List<String> numbers = List.of("images", "share");
    page.section(
        "Most confused",
        "Which class was taken for which, the most frequent first, and the share of the true class's images.",
        () -> ClassTable.write(page.html(), metadata, classes, numbers, rows));
  }
}
