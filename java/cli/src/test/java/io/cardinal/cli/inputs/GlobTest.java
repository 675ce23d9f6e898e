// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli.inputs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What patterns match. */
class GlobTest {
  @ParameterizedTest
  @CsvSource({
    "*.jpg, a.jpg, true",
    "*.jpg, x/a.jpg, false",
    "**/*.jpg, a.jpg, true",
    "**/*.jpg, x/y/a.jpg, true",
    "x/**/a.jpg, x/a.jpg, true",
    "x/**/a.jpg, x/y/z/a.jpg, true",
    "x/**, x/y/z, true",
    "x/**, xy, false",
    "a**b, a/x/b, true",
    "?.jpg, é.jpg, true",
    "?.jpg, /.jpg, false",
    "[a-c].jpg, b.jpg, true",
    "[!a-c].jpg, b.jpg, false",
    "[^a-c].jpg, d.jpg, true",
    "[!a].jpg, /.jpg, false",
    "[]].jpg, ].jpg, true",
    "[a-].jpg, -.jpg, true",
    "[&&].jpg, &.jpg, true",
    "[\\].jpg, \\.jpg, true",
    "[.jpg, [.jpg, true",
    "'{a,b}.jpg', b.jpg, true",
    "'{a,b{c,d}}', bd, true",
    "'{a,b', '{a,b', true",
    "'a,b', 'a,b', true",
    "a}, a}, true",
    "\\*.jpg, *.jpg, true",
    "\\*.jpg, a.jpg, false",
    "a+(b).jpg, a+(b).jpg, true",
    "a\\, a\\, true"
  })
  void shouldMatch(String glob, String path, boolean isMatch) {
    assertThat(Glob.compile(glob).matcher(path).matches()).isEqualTo(isMatch);
  }

  @Test
  void shouldKnowTheFolderThatAPatternBeginsWith() {
    assertThat(Glob.folderLength("photos/a*/x")).isEqualTo(7);
    assertThat(Glob.folderLength("*.jpg")).isZero();
    assertThat(Glob.folderLength("/*.jpg")).isEqualTo(1);
    assertThat(Glob.folderLength("../x/[a]")).isEqualTo(5);
  }
}
