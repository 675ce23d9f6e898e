// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Holds the list of bundled libraries to what Maven resolved. */
class ThirdPartyTest {
  /** Where a library lies in a Maven repository. */
  private static final Pattern LIBRARY =
      Pattern.compile(
          ".*/(?<artifact>[^/]+)/(?<version>[^/]+)/\\k<artifact>-\\k<version>[^/]*\\.jar");

  private static final Pattern TEST_LIBRARY =
      Pattern.compile(
          "junit-.*|opentest4j|apiguardian-api|assertj-core|byte-buddy|archunit.*|slf4j-api");

  @Test
  void shouldNameEveryLibraryOnTheClassPath() throws IOException {
    Set<String> bundled = new TreeSet<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      Matcher library = LIBRARY.matcher(entry);
      if (library.matches() && !TEST_LIBRARY.matcher(library.group("artifact")).matches()) {
        bundled.add(library.group("artifact") + " " + library.group("version"));
      }
    }

    assertThat(bundled).hasSizeGreaterThan(5);
    assertThat(listed()).isEqualTo(bundled);
  }

  @Test
  void shouldHoldEveryTextThatItRefersTo() throws IOException {
    String text = text();
    int begin = text.indexOf("\n====");
    Matcher references = Pattern.compile("\\[(\\d+)]").matcher(text.substring(0, begin));
    Set<String> missing = new TreeSet<>();
    while (references.find()) {
      if (!text.substring(begin).contains("=\n[" + references.group(1) + "] ")) {
        missing.add(references.group(1));
      }
    }

    assertThat(missing).isEmpty();
  }

  @Test
  void shouldLieBesideTheLicence() {
    for (String name : new String[] {"LICENSE", "NOTICE", "THIRD-PARTY"}) {
      assertThat(ThirdPartyTest.class.getResource("/META-INF/" + name)).as(name).isNotNull();
    }
  }

  private static Set<String> listed() throws IOException {
    Matcher lines =
        Pattern.compile("^  [\\w.-]+:([\\w-]+) +(\\S+) ", Pattern.MULTILINE).matcher(text());
    Set<String> listed = new TreeSet<>();
    while (lines.find()) {
      listed.add(lines.group(1) + " " + lines.group(2));
    }
    return listed;
  }

  private static String text() throws IOException {
    try (InputStream in = ThirdPartyTest.class.getResourceAsStream("/META-INF/THIRD-PARTY")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
