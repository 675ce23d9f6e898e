// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HtmlTest {
  private final StringWriter out = new StringWriter();
  private final Html html = new Html(out);

  @Test
  void shouldEscapeTextAndAttributes() throws Exception {
    html.element("p", "<b> & \"c\" 'd' \0\u202e", "title", "<b> & \"c\" 'd' \0\u202e");
    String escaped = "&lt;b&gt; &amp; &quot;c&quot; &#39;d&#39; \\x00\\u202e";
    assertThat(out.toString()).isEqualTo("<p title=\"" + escaped + "\">" + escaped + "</p>");
  }

  @Test
  void shouldSetCodesInNamesApart() throws Exception {
    html.name("a<\u202eb\ud800");
    assertThat(out.toString()).isEqualTo("<bdi>a&lt;<b>\\u202e</b>b<b>\\ud800</b></bdi>");
  }

  @Test
  void shouldCloseElementsWithoutContent() throws Exception {
    html.open("p").open("img", "src", "data:image/png;base64,AA==", "alt", "").close();
    assertThat(out.toString())
        .isEqualTo("<p><img src=\"data:image/png;base64,AA==\" alt=\"\" /></p>");
  }

  @ParameterizedTest
  @CsvSource({
    "script, class, x",
    "iframe, class, x",
    "a, class, x",
    "link, class, x",
    "p, onload, x",
    "p, href, x",
    "img, src, https://example.org/x.png",
    "img, src, 'data:text/html,x'",
    "p, style, 'background:url(x)'",
    "p, style, 'width:1%;color:red'",
    "p, bad name, x"
  })
  void shouldKnowNothingThatRunsOrFetches(String element, String attribute, String value) {
    assertThatThrownBy(() -> html.open(element, attribute, value))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("a page has no ");
    assertThatThrownBy(() -> html.style("p { } </style>"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "10, \\n",
    "9, \\t",
    "13, \\r",
    "0, \\x00",
    "27, \\x1b",
    "0x9b, \\x9b",
    "0xad, \\xad",
    "0x2028, \\u2028",
    "0x2029, \\u2029",
    "0x200b, \\u200b",
    "0x200f, \\u200f",
    "0x202e, \\u202e",
    "0x2067, \\u2067",
    "0xfeff, \\ufeff",
    "0xfffe, \\ufffe",
    "0xfdd0, \\ufdd0",
    "0xd800, \\ud800",
    "0xdfff, \\udfff",
    "0xe0067, \\u{e0067}",
    "0x1ffff, \\u{1ffff}"
  })
  void shouldShowWhatCannotBeSeen(String character, String code) {
    String text = "x" + Character.toString(Integer.decode(character)) + "y";
    assertThat(VisibleText.of(text)).isEqualTo("x" + code + "y");
  }

  @Test
  void shouldLeaveWritingAlone() {
    String text =
        "été, Zürich, 日本語, हिन्दी क्‍ष, سلام می‌خواهم, \ud83d\udc69\u200d\ud83d\udc67, a b\\n";
    assertThat(VisibleText.of(text)).isSameAs(text);
  }

  @Test
  void shouldBoundWhatItKeepsOfALongText() {
    String face = "\ud83d\ude00";
    assertThat(VisibleText.bounded("x".repeat(400))).isEqualTo("x".repeat(400));
    assertThat(VisibleText.bounded(face.repeat(400))).isEqualTo(face.repeat(400));
    assertThat(VisibleText.bounded(face.repeat(1_234_567)))
        .isEqualTo(face.repeat(250) + " … (1,234,567 characters) … " + face.repeat(150));
  }
}
