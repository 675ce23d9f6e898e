// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli.report;

import io.cardinal.Prediction;
import io.cardinal.cli.report.FailureSamples.Reason;
import io.cardinal.cli.report.FailureSamples.Sample;
import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The frame that all reports share: one page that needs nothing but itself, light or dark as the
 * reader's system is, for any width and for paper.
 */
final class Page {
  private static final String STYLE_SHEET = "report.css";

  /** Even if a name were taken for markup, a browser would run and fetch nothing. */
  private static final String POLICY =
      "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action"
          + " 'none'";

  private final Html html;

  /** Writes a part of a page. */
  interface Part {
    void write() throws IOException;
  }

  /** A figure to see at first glance. */
  record Tile(String value, String label, boolean isBad) {
    static Tile of(String value, String label) {
      return new Tile(value, label, false);
    }
  }

  Page(Writer out) {
    this.html = new Html(out);
  }

  Html html() {
    return html;
  }

  /** Writes the page around its sections. */
  void write(String command, String heading, Part body) throws IOException {
    html.begin().open("html", "lang", "en").open("head");
    html.open("meta", "charset", "utf-8");
    html.open("meta", "http-equiv", "Content-Security-Policy", "content", POLICY);
    html.open("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
    html.open("meta", "name", "color-scheme", "content", "light dark");
    html.element("title", "Cardinal: " + heading).style(styleSheet()).closeLine();
    html.open("body").open("main").open("header");
    html.element("p", command, "class", "kicker").element("h1", heading).closeLine();
    body.write();
    html.closeLine().close().closeLine();
  }

  /** A line that is not to be overlooked. */
  void warning(String said, String reason) throws IOException {
    html.open("p", "class", "warning").text(said).name(VisibleText.bounded(reason)).closeLine();
  }

  void tiles(List<Tile> tiles) throws IOException {
    html.open("div", "class", "tiles");
    for (Tile tile : tiles) {
      html.open("div", "class", tile.isBad ? "tile danger" : "tile");
      html.element("b", tile.value).element("span", tile.label).closeLine();
    }
    html.closeLine();
  }

  /** A part with a heading and a line that says what is seen. */
  void section(String heading, String note, Part body) throws IOException {
    html.open("section").element("h2", heading);
    if (!note.isEmpty()) {
      html.element("p", note, "class", "note");
    }
    body.write();
    html.closeLine();
  }

  void facts(RunCounts run) throws IOException {
    html.open("section").element("h2", "Run").open("dl");
    for (Map.Entry<String, String> fact : run.facts().entrySet()) {
      html.open("div").element("dt", fact.getKey());
      html.open("dd").name(VisibleText.bounded(fact.getValue())).close().closeLine();
    }
    html.close().closeLine();
  }

  void failures(RunCounts run) throws IOException {
    FailureSamples failures = run.failures();
    if (failures.count() == 0) {
      return;
    }
    String note =
        String.format(
            Locale.ROOT,
            "%s of %s have no answer; the first %d of each reason are named.",
            Figures.count(failures.count(), "image", "images"),
            Figures.count(run.images()),
            FailureSamples.SAMPLES);
    section(
        "Failures",
        note,
        () -> {
          for (Reason reason : failures.reasons()) {
            failures(reason);
          }
        });
  }

  private void failures(Reason reason) throws IOException {
    html.open("h3").element("span", reason.name(), "class", "reason");
    html.text(" " + Figures.count(reason.count(), "image", "images")).closeLine();
    html.open("table", "class", "samples").open("tbody");
    for (Sample sample : reason.samples()) {
      html.open("tr").open("td", "class", "path").name(sample.name()).close();
      html.open("td").name(sample.message()).close().closeLine();
    }
    html.close().closeLine();
    long others = reason.count() - reason.samples().size();
    if (others > 0) {
      html.element("p", "and " + Figures.count(others) + " more", "class", "note");
    }
  }

  /** Pictures with their answers, side by side. */
  void cards(List<Card> cards) throws IOException {
    html.open("div", "class", "cards");
    for (Card card : cards) {
      card(card);
    }
    html.closeLine();
  }

  private void card(Card card) throws IOException {
    html.open("figure", "class", "card");
    if (card.picture() == null) {
      html.element("div", "no picture any more", "class", "picture missing");
    } else {
      html.open("div", "class", card.isSmall() ? "picture small" : "picture");
      html.open("img", "src", card.picture(), "alt", card.name()).close();
    }
    int slash = card.name().lastIndexOf('/') + 1;
    html.open("figcaption", "title", card.name());
    html.open("div", "class", "file").name(card.name().substring(slash)).close();
    html.open("div", "class", "folder").name(card.name().substring(0, slash)).close();
    if (card.truth() != null) {
      html.open("div", "class", "truth").text("truth: ").name(card.truth()).close();
    }
    for (Prediction answer : card.answers()) {
      String label = ClassTable.label(answer.label(), answer.id());
      html.open("div", "class", "answer", "title", label);
      html.open("div", "class", "label").name(label).close();
      html.element("div", Figures.percent(answer.probability()), "class", "number");
      html.open("div", "class", "strip");
      html.open("span", "style", Figures.width(answer.probability())).close().close();
      html.close();
    }
    html.close().closeLine();
  }

  private static String styleSheet() throws IOException {
    try (InputStream sheet = Page.class.getResourceAsStream(STYLE_SHEET)) {
      if (sheet == null) {
        throw new IllegalStateException("the style sheet is not in this jar: " + STYLE_SHEET);
      }
      return new String(sheet.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
