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
 * A run of {@code classify} as a page. It takes a bounded amount of memory, however many images
 * there are: counts, a few failures of each reason, and so many pictures as are asked for. Used on
 * one thread.
 */
public final class ClassifyReport {
  /** How many first classes of an image are shown. */
  public static final int TOP = Card.ANSWERS;

  private static final int CLASSES = 50;

  private final RunCounts run;
  private final ModelMetadata metadata;
  private final int mostCards;
  private final long[] answers;
  private final List<Card> cards = new ArrayList<>();
  private String earlyEnd = "";

  /**
   * The report on a run that begins now.
   *
   * @param facts what identifies the run, by name
   * @param metadata the classes that may be answered
   * @param mostCards how many pictures are kept
   */
  public ClassifyReport(Map<String, String> facts, ModelMetadata metadata, int mostCards) {
    this(facts, metadata, mostCards, Instant.now(), System::nanoTime);
  }

  /** Likewise, by a clock of nanoseconds. */
  ClassifyReport(
      Map<String, String> facts,
      ModelMetadata metadata,
      int mostCards,
      Instant start,
      LongSupplier clock) {
    this.run = new RunCounts(facts, start, clock);
    this.metadata = metadata;
    this.mostCards = mostCards;
    this.answers = new long[metadata.labels().size()];
  }

  /**
   * Counts an image with an answer.
   *
   * @param name the image
   * @param top the first classes, best first; at least one
   * @param preview the image made small, where it has been asked for
   */
  public void answered(String name, List<Prediction> top, Optional<BufferedImage> preview) {
    Prediction best = top.get(0);
    run.answered(best.probability(), true);
    answers[best.index()]++;
    if (preview.isPresent() && cards.size() < mostCards) {
      cards.add(Card.of(name, preview, top, null));
    }
  }

  /**
   * Counts an image without one.
   *
   * @param name the image
   * @param reason what its row calls the reason
   * @param message what its row says
   */
  public void failed(String name, String reason, String message) {
    run.failed(name, reason, message);
  }

  /**
   * The run ends before its last image.
   *
   * @param reason why
   */
  public void endedEarly(String reason) {
    earlyEnd = reason;
  }

  /** Writes the page; the caller closes the writer. */
  public void writeTo(Writer out) throws IOException {
    Page page = new Page(out);
    String heading =
        (run.failures().count() == 0 ? "" : Figures.count(run.answered()) + " of ")
            + Figures.count(run.images(), "image", "images")
            + " classified"
            + (earlyEnd.isEmpty() ? "" : ", then the run was ended");
    page.write("cardinal classify", heading, () -> write(page));
    out.flush();
  }

  private void write(Page page) throws IOException {
    if (!earlyEnd.isEmpty()) {
      page.warning("Images after these were not classified: ", earlyEnd);
    }
    long failed = run.failures().count();
    page.tiles(
        List.of(
            Tile.of(Figures.count(run.answered()), "answered"),
            new Tile(Figures.count(failed), "failed", failed > 0),
            Tile.of(Figures.rate(run.perSecond()), "images/s"),
            Tile.of(Figures.duration(run.rates().nanoseconds()), "from start to end")));
    page.facts(run);
    page.html().open("div", "class", "pair");
    if (run.answered() > 0) {
      Charts.confidence(page, run.confidences(), "How sure the network was of its first answers.");
    }
    Charts.rate(page, run);
    page.html().closeLine();
    page.failures(run);
    if (run.answered() > 0) {
      classes(page);
    }
    if (!cards.isEmpty()) {
      page.section("Contact sheet", sheetNote(), () -> page.cards(cards));
    }
  }

  private String sheetNote() {
    return run.images() <= mostCards
        ? "All images with an answer, in order."
        : "Of the first "
            + Figures.count(mostCards)
            + " images those with an answer, in order; --report-images takes another number.";
  }

  private void classes(Page page) throws IOException {
    List<Integer> found =
        IntStream.range(0, answers.length)
            .filter(i -> answers[i] > 0)
            .boxed()
            .sorted(Comparator.comparingLong(i -> -answers[i]))
            .toList();
    List<Row> rows = new ArrayList<>();
    for (int i : found.subList(0, Math.min(CLASSES, found.size()))) {
      double bar = (double) answers[i] / answers[found.get(0)];
      String share = Figures.percent(answers[i], run.answered());
      rows.add(new Row(List.of(i), bar, List.of(Figures.count(answers[i]), share)));
    }
    String note =
        (found.size() > CLASSES ? "The " + CLASSES + " most frequent first answers. " : "")
            + "Answered first at least once: "
            + Figures.count(found.size())
            + " of "
            + Figures.count(answers.length, "class.", "classes.");
    page.section(
        "Classes",
        note,
        () ->
            ClassTable.write(
                page.html(), metadata, List.of("class"), List.of("images", "share"), rows));
  }
}
