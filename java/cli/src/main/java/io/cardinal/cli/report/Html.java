// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli.report;

import java.io.IOException;
import java.io.Writer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Writes a page that is HTML and well-formed XML at once.
 *
 * <p>Text and attribute values are always escaped, and what cannot be seen in them is shown by its
 * code. Markup comes from {@link #open} and {@link #close} alone, which know no element and no
 * attribute that runs or fetches anything. Used on one thread; the caller closes the writer.
 */
final class Html {
  private static final Set<String> ELEMENTS =
      words(
          "html head title style body header main section footer h1 h2 h3 p dl dt dd div span b bdi"
              + " table thead tbody tr th td figure figcaption svg rect line text");

  private static final Set<String> EMPTY_ELEMENTS = words("meta img");

  private static final Set<String> ATTRIBUTES =
      words(
          "lang charset name content http-equiv class style title dir alt src scope role aria-label"
              + " x y x1 y1 x2 y2 width height");

  /** One length or custom property: no style can point anywhere. */
  private static final Pattern STYLE = Pattern.compile("(--)?[a-z]+:[0-9.]+%?");

  private static final String PICTURE = "data:image/";

  private final Writer out;
  private final Deque<String> elements = new ArrayDeque<>();

  Html(Writer out) {
    this.out = out;
  }

  /** Writes what stands before the first element. */
  Html begin() throws IOException {
    out.write("<!DOCTYPE html>\n");
    return this;
  }

  /**
   * Opens an element; one that has no content is closed too.
   *
   * @param element its name
   * @param attributes names and values by turns
   */
  Html open(String element, String... attributes) throws IOException {
    boolean isEmpty = EMPTY_ELEMENTS.contains(element);
    check(isEmpty || ELEMENTS.contains(element), "element", element);
    out.write('<');
    out.write(element);
    for (int i = 0; i < attributes.length; i += 2) {
      attribute(attributes[i], attributes[i + 1]);
    }
    out.write(isEmpty ? " />" : ">");
    if (!isEmpty) {
      elements.push(element);
    }
    return this;
  }

  /** Closes the element that was opened last. */
  Html close() throws IOException {
    out.write("</");
    out.write(elements.pop());
    out.write('>');
    return this;
  }

  /** Closes it and begins a line, so that the source can be read. */
  Html closeLine() throws IOException {
    close();
    out.write('\n');
    return this;
  }

  /** Writes text. */
  Html text(String text) throws IOException {
    escape(VisibleText.of(text));
    return this;
  }

  /** Writes an element with nothing but text. */
  Html element(String element, String text, String... attributes) throws IOException {
    return open(element, attributes).text(text).close();
  }

  /**
   * Writes a name or label from outside: whatever its direction, it leaves the text around it
   * alone, and codes for what cannot be seen stand out.
   */
  Html name(String name) throws IOException {
    open("bdi");
    int from = 0;
    for (int i = 0; i < name.length(); i += Character.charCount(name.codePointAt(i))) {
      int c = name.codePointAt(i);
      if (VisibleText.isHidden(c)) {
        escape(name.substring(from, i));
        element("b", VisibleText.code(c));
        from = i + Character.charCount(c);
      }
    }
    escape(name.substring(from));
    return close();
  }

  /** Writes the style sheet: our own text, not to be escaped. */
  Html style(String sheet) throws IOException {
    check(sheet.indexOf('<') < 0 && sheet.indexOf('&') < 0, "style sheet", sheet);
    open("style");
    out.write(sheet);
    return close();
  }

  private void attribute(String name, String value) throws IOException {
    check(ATTRIBUTES.contains(name), "attribute", name);
    check(!name.equals("style") || STYLE.matcher(value).matches(), "style", value);
    check(!name.equals("src") || value.startsWith(PICTURE), "source", value);
    out.write(' ');
    out.write(name);
    out.write("=\"");
    escape(VisibleText.of(value));
    out.write('"');
  }

  private void escape(String text) throws IOException {
    int from = 0;
    for (int i = 0; i < text.length(); i++) {
      String reference =
          switch (text.charAt(i)) {
            case '&' -> "&amp;";
            case '<' -> "&lt;";
            case '>' -> "&gt;";
            case '"' -> "&quot;";
            case '\'' -> "&#39;";
            default -> "";
          };
      if (!reference.isEmpty()) {
        out.write(text, from, i - from);
        out.write(reference);
        from = i + 1;
      }
    }
    out.write(text, from, text.length() - from);
  }

  private static void check(boolean isKnown, String what, String found) {
    if (!isKnown) {
      throw new IllegalArgumentException("a page has no " + what + " '" + found + "'");
    }
  }

  private static Set<String> words(String list) {
    return Set.of(list.split(" "));
  }
}
