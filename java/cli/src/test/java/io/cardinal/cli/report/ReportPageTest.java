// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli.report;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.cardinal.engine.ModelMetadata;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** Pages as a parser sees them, whatever the names and labels on them. */
class ReportPageTest {
  private final Samples samples = new Samples();

  @Test
  void shouldShowHostileNamesAndRunNothing() throws Exception {
    for (String text : List.of(samples.hostileClassify(), samples.hostileEvaluate())) {
      Document page = parse(text);
      Set<String> elements = new TreeSet<>();
      List<String> attributes = new ArrayList<>();
      for (Element each : elements(page, "*")) {
        elements.add(each.getTagName());
        for (int i = 0; i < each.getAttributes().getLength(); i++) {
          attributes.add(each.getAttributes().item(i).getNodeName());
        }
      }
      assertThat(elements)
          .doesNotContain(
              "script", "iframe", "object", "a", "link", "form", "base", "foreignObject");
      assertThat(attributes).noneMatch(name -> name.startsWith("on") || name.equals("href"));
      assertThat(elements(page, "img"))
          .isNotEmpty()
          .allMatch(
              img -> img.getAttribute("src").matches("data:image/(png|jpeg);base64,[\\w+/=]+"));
      String shown = page.getDocumentElement().getTextContent();
      for (String name : Samples.HOSTILE) {
        String visible = VisibleText.of(VisibleText.bounded(name));
        assertThat(shown).contains(visible);
        assertThat(text).doesNotContain(name.length() > 20 ? name : "<" + name);
      }
    }
  }

  @Test
  void shouldHoldOnlyCharactersThatAreSeen() throws Exception {
    String text = samples.hostileClassify();
    assertThat(text.codePoints().filter(c -> c != '\n' && VisibleText.isHidden(c))).isEmpty();
    assertThat(text.getBytes(UTF_8)).doesNotContain(0, 0x1b);
  }

  @Test
  void shouldReferToNothingOutside() throws Exception {
    String sheet = elements(parse(samples.hostileClassify()), "style").get(0).getTextContent();
    assertThat(sheet).contains("prefers-color-scheme: dark", "@media print");
    assertThat(sheet).doesNotContain("url(", "@import", "http");
    String policy =
        elements(parse(samples.hostileClassify()), "meta").get(1).getAttribute("content");
    assertThat(policy).startsWith("default-src 'none'; ").doesNotContain("script", "http");
  }

  @Test
  void shouldStayOfOneSizeHoweverManyRows() throws Exception {
    ModelMetadata metadata = Samples.classes(1000);
    ClassifyReport report = samples.classify(metadata, 20);
    for (int i = 0; i < 100_000; i++) {
      samples.nanoseconds.addAndGet(3_000_000);
      if (i % 10 == 0) {
        report.failed("x".repeat(i % 5000), "REASON_" + i % 12, "y".repeat(i % 5000));
      } else {
        report.answered(
            "image/" + i, Samples.answers(metadata, i % 1000, 0.5f), Samples.picture(1, 1));
      }
    }
    String text = Samples.text(report::writeTo);
    assertThat(text.length()).isLessThan(250_000);
    Document page = parse(text);
    assertThat(tiles(page)).containsEntry("answered", "90,000").containsEntry("failed", "10,000");
    assertThat(tiles(page)).containsEntry("images/s", "333");
    assertThat(tiles(page)).containsEntry("from start to end", "5 min 0 s");
    assertThat(elements(page, "img")).hasSize(20);
    assertThat(text)
        .contains("90,000 of 100,000 images classified")
        .contains("Of the first 20 images those with an answer")
        .contains("10,000 images of 100,000 have no answer; the first 10 of each reason")
        .contains("The 50 most frequent first answers.")
        .contains("<dt>started</dt><dd><bdi>2026-01-31 23:59:50 UTC</bdi>")
        .contains("<dt>ended</dt><dd><bdi>2026-02-01 00:04:50 UTC</bdi>")
        .contains("<dt>model</dt><dd><bdi>a model</bdi>")
        .contains(">5 min</text>");
  }

  @Test
  void shouldTellOfRunsWithoutFailuresWithoutAnswersAndOfOneImage() throws Exception {
    ModelMetadata metadata = Samples.classes(10);
    ClassifyReport one = samples.classify(metadata, 200);
    one.answered("a.jpg", Samples.answers(metadata, 3, 0.75f), Samples.picture(200, 100));
    assertThat(headings(Samples.text(one::writeTo)))
        .containsExactly("Run", "Confidence", "Rate", "Classes", "Contact sheet");
    ClassifyReport failures = samples.classify(metadata, 200);
    failures.failed("a.jpg", "EMPTY", "nothing");
    assertThat(headings(Samples.text(failures::writeTo)))
        .containsExactly("Run", "Rate", "Failures");
    ClassifyReport noPicture = samples.classify(metadata, 0);
    noPicture.answered("a.jpg", Samples.answers(metadata, 3, Float.NaN), Optional.empty());
    String text = Samples.text(noPicture::writeTo);
    assertThat(headings(text)).doesNotContain("Contact sheet");
    assertThat(text).contains("1 more are no number.").contains(">1 image classified<");
    assertThat(headings(Samples.text(samples.classify(metadata, 5)::writeTo)))
        .containsExactly("Run", "Rate");
    EvaluateReport none = samples.evaluate(metadata);
    assertThat(headings(Samples.text(out -> none.writeTo(new Evaluation<>(10, 5), out))))
        .containsExactly("Run", "Rate", "Classes");
  }

  @Test
  void shouldDrawTheConfusionOfFewClassesAsATable() throws Exception {
    String text = samples.evaluateMany(10, 4000);
    Document page = parse(text);
    List<Element> cells =
        elements(page, "td").stream()
            .filter(td -> td.getAttribute("class").startsWith("right"))
            .toList();
    assertThat(cells).hasSize(10);
    assertThat(text).contains("class 0 taken for class 0: ").doesNotContain("class=\"matrix\"");
    assertThat(headings(text)).contains("Calibration", "Confusion", "Most confused");
    assertThat(tiles(page).get("top-1")).matches("0\\.\\d{4}");
  }

  @Test
  void shouldDrawTheConfusionOfManyClassesAsASmallPicture() throws Exception {
    String text = samples.evaluateMany(1000, 20_000);
    assertThat(elements(parse(text), "img")).hasSize(1);
    assertThat(text)
        .contains("A point stands for 2 x 2 classes.")
        .contains("The 50 classes with the least top-1");
    assertThat(text.length()).isLessThan(250_000);
    assertThat(parse(samples.evaluateMany(41, 5000)).getDocumentElement().getTextContent())
        .contains("From the top down")
        .doesNotContain("A point stands for");
  }

  @Test
  void shouldSayWhereAMistakeIsGone() throws Exception {
    assertThat(samples.hostileEvaluate()).contains("no picture any more").contains("truth: ");
  }

  private static List<String> headings(String text) throws Exception {
    return elements(parse(text), "h2").stream().map(Element::getTextContent).toList();
  }

  private static Map<String, String> tiles(Document page) {
    Map<String, String> tiles = new HashMap<>();
    for (Element div : elements(page, "div")) {
      if (div.getAttribute("class").startsWith("tile")
          && !div.getAttribute("class").equals("tiles")) {
        tiles.put(div.getLastChild().getTextContent(), div.getFirstChild().getTextContent());
      }
    }
    return tiles;
  }

  private static List<Element> elements(Document page, String name) {
    NodeList nodes = page.getElementsByTagName(name);
    List<Element> elements = new ArrayList<>();
    for (int i = 0; i < nodes.getLength(); i++) {
      elements.add((Element) nodes.item(i));
    }
    return elements;
  }

  /** The strictest parser there is: any name that is not escaped ends it. */
  private static Document parse(String text) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(text.getBytes(UTF_8)));
  }
}
