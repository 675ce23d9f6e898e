// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli.inputs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cardinal.cli.UsageException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lists, manifests and patterns. */
class ListsTest {
  @TempDir private Path folder;

  @BeforeEach
  void prepare() throws IOException {
    for (String name : List.of("a.jpg", "b.png", "notes.txt", "x/a.jpg", "x/y/a.jpg", ".h/a.jpg")) {
      Files.createDirectories(folder.resolve(name).getParent());
      Files.writeString(folder.resolve(name), name);
    }
  }

  @Test
  void shouldReadNamesThatEndAtNul() {
    byte[] list = (folder + "/a.jpg\0two\nlines\rx.jpg\0\0\uFEFFb").getBytes(UTF_8);
    for (String option : List.of("-0", "--null")) {
      assertThat(Given.reasons(Given.inputs(list, option, "-")))
          .containsExactly(folder + "/a.jpg ", "two\nlines\rx.jpg NOT_FOUND", "\uFEFFb NOT_FOUND");
    }
  }

  @Test
  void shouldResolveRelativeNamesInTheBaseFolderAndShowThemUnchanged() throws IOException {
    byte[] list = ("a.jpg\n./x/../a.jpg\n" + folder + "/b.png\nx\n\0\n").getBytes(UTF_8);
    List<Given.Row> rows = Given.rows(Given.inputs(list, "--base-dir", folder, "-"));
    assertThat(rows.stream().map(row -> row.name() + " " + row.reason()))
        .containsExactly(
            "a.jpg ", "./x/../a.jpg ", folder + "/b.png ", "x NOT_A_FILE", "\0 UNENCODABLE_NAME");
    assertThat(rows.get(0).text()).isEqualTo("a.jpg");
    Path manifest = Files.writeString(folder.resolve("m.csv"), "path\nx/a.jpg\n");
    assertThat(Given.rows(Given.inputs("--base-dir", folder, manifest)))
        .containsExactly(new Given.Row("x/a.jpg", "", "x/a.jpg"));
  }

  @Test
  void shouldMakeRowsOfNamesThatAreNoText() {
    byte[] list = {'a', (byte) 0xFF, '\n', 'b', '\n'};
    List<Given.Row> rows = Given.rows(Given.inputs(list, "-"));
    assertThat(rows.get(0).name()).isEqualTo("a\uFFFD");
    assertThat(rows.get(0).reason()).isEqualTo("UNENCODABLE_NAME");
    assertThat(rows.get(0).text()).contains("not UTF-8");
    assertThat(rows.get(1).reason()).isEqualTo("NOT_FOUND");
  }

  /** Found by R1. */
  @Test
  void shouldEndLinesAtLineFeedsOnly() {
    byte[] list = "a\rb\r\n\r\n\rc\nd\r\r\ne\r".getBytes(UTF_8);
    assertThat(Given.rows(Given.inputs(list, "-")))
        .extracting(Given.Row::name)
        .containsExactly("a\rb", "\rc", "d\r", "e");
  }

  @Test
  void shouldGoOnAfterAListThatEndsInAFailure() {
    InputStream broken =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("Input/output error");
          }
        };
    InputStream list =
        new SequenceInputStream(new ByteArrayInputStream("a\nb".getBytes(UTF_8)), broken);
    assertThat(Given.reasons(Given.inputs(list, "-", "c")))
        .containsExactly("a NOT_FOUND", "- IO", "c NOT_FOUND");
  }

  @Test
  void shouldNotTakeAnEndlessLineForAName() throws IOException {
    byte[] list = ("a\n" + "x".repeat(100_000) + "\nb\n").getBytes(UTF_8);
    assertThat(Given.reasons(Given.inputs(list, "-", "c")))
        .containsExactly("a NOT_FOUND", "- IO", "c NOT_FOUND");
    assertThat(Given.reasons("@/dev/zero", "c")).containsExactly("@/dev/zero IO", "c NOT_FOUND");
  }

  @Test
  void shouldGoOnAfterAListThatVanishes() throws IOException {
    Path list = Files.writeString(folder.resolve("list"), "a\n");
    Inputs inputs = Given.inputs("b", "@" + list, "c");
    Files.delete(list);
    assertThat(Given.reasons(inputs))
        .containsExactly("b NOT_FOUND", "@" + list + " NOT_FOUND", "c NOT_FOUND");
  }

  @Test
  void shouldReadAColumnOfACsv() throws IOException {
    String csv =
        "\uFEFFid,path,\"image, file\"\r\n1,a,\"x,y.jpg\"\r\n2,b,\"two\nlines\"\r\n3,c\r\n";
    Path manifest = Files.writeString(folder.resolve("m.CSV"), csv);
    for (String argument : List.of(manifest.toString(), "@" + manifest)) {
      assertThat(Given.names(argument)).containsExactly("a", "b", "c");
      assertThat(Given.reasons("--column", "image, file", argument, "z"))
          .containsExactly(
              "x,y.jpg NOT_FOUND", "two\nlines NOT_FOUND", argument + ":5 CORRUPT", "z NOT_FOUND");
    }
  }

  @Test
  void shouldReadAFieldOfJsonLines() throws IOException {
    String lines =
        "{\"path\":\"a\\u00e9.jpg\",\"n\":{\"path\":1}}\r\n\n{\"path\":7}\n[1]\nno json\n"
            + "{\"path\":\"b\"}";
    Path manifest = Files.writeString(folder.resolve("m.jsonl"), lines);
    assertThat(Given.reasons(manifest))
        .containsExactly(
            "aé.jpg NOT_FOUND",
            manifest + ":3 CORRUPT",
            manifest + ":4 CORRUPT",
            manifest + ":5 CORRUPT",
            "b NOT_FOUND");
  }

  @Test
  void shouldRefuseAManifestWithoutTheColumn() throws IOException {
    Path csv = Files.writeString(folder.resolve("m.csv"), "file,label\na,b\n");
    Path json = Files.writeString(folder.resolve("m.jsonl"), "{\"file\":\"a\"}\n");
    for (Object manifest : List.of(csv, json, "@" + csv)) {
      assertThatThrownBy(() -> Given.inputs(manifest))
          .isInstanceOf(UsageException.class)
          .hasMessageContaining("'path'")
          .hasMessageContaining("--column");
      assertThat(Given.names("--column", "file", manifest)).containsExactly("a");
    }
    assertThat(Given.names(Files.writeString(csv, ""))).isEmpty();
    assertThat(Given.names(Files.writeString(csv, "path\n"))).isEmpty();
    assertThat(Given.reasons(folder + "/absent.csv"))
        .containsExactly(folder + "/absent.csv NOT_FOUND");
  }

  @Test
  void shouldGoOnAfterAManifestThatBreaksOff() throws IOException {
    String endless = "path\na\n\"" + "x".repeat(20_000_000);
    Path csv = Files.writeString(folder.resolve("m.csv"), endless);
    assertThat(Given.reasons(csv, "z"))
        .containsExactly("a NOT_FOUND", csv + " CORRUPT", "z NOT_FOUND");
  }

  @Test
  void shouldRefuseOptionsThatDoNotFit() {
    for (List<String> words :
        List.of(
            List.of("--column", "x", "a.jpg"),
            List.of("-0", "a.jpg"),
            List.of("--base-dir", "x", "a.jpg"),
            List.of("--include", "[z-a]", "a.jpg"),
            List.of("[z-a].jpg"))) {
      assertThatThrownBy(() -> Given.inputs(words.toArray()))
          .as(words.toString())
          .isInstanceOf(UsageException.class);
    }
  }

  @Test
  void shouldExpandPatternsInTheOrderOfBytes() {
    assertThat(Given.names(folder + "/**/*.jpg"))
        .containsExactly(folder + "/a.jpg", folder + "/x/a.jpg", folder + "/x/y/a.jpg");
    assertThat(Given.names(folder + "/*")) // what is named is an input, whatever it is
        .containsExactly(folder + "/a.jpg", folder + "/b.png", folder + "/notes.txt");
    assertThat(Given.names(folder + "/{a,b,c}.[!g]*", folder + "/x/?/*"))
        .containsExactly(folder + "/a.jpg", folder + "/b.png", folder + "/x/y/a.jpg");
    assertThat(Given.names(folder + "/.h/*")).containsExactly(folder + "/.h/a.jpg");
    assertThat(Given.names(folder + "/*/../*.jpg")).hasSize(1);
  }

  @Test
  void shouldMakeARowOfAPatternThatNothingMatches() {
    String none = folder + "/*.webp";
    String nowhere = folder + "/nowhere/*.jpg";
    assertThat(Given.reasons(none, nowhere, folder + "/a.jpg"))
        .containsExactly(none + " NOT_FOUND", nowhere + " NOT_FOUND", folder + "/a.jpg ");
  }

  @Test
  void shouldTakeAFileThatIsCalledLikeAPattern() throws IOException {
    Path file = Files.writeString(folder.resolve("[ab].jpg"), "brackets");
    assertThat(Given.rows(Given.inputs(file)).get(0).text()).isEqualTo("brackets");
    Files.delete(file);
    assertThat(Given.names(file)).containsExactly(folder + "/a.jpg");
    assertThat(Given.names(folder + "/a\\*.jpg")).containsExactly(folder + "/a\\*.jpg");
  }

  @Test
  void shouldFindArchivesByPatternsAndInLists() throws IOException {
    Archives.tar(folder.resolve("s-0.tar")).file("k.jpg", "0").end();
    Archives.tar(folder.resolve("s-1.tar")).file("k.jpg", "1").end();
    Path list = Files.write(folder.resolve("list"), Collections.nCopies(2, "s-1.tar"));
    assertThat(Given.names(folder + "/s-*.tar"))
        .containsExactly(folder + "/s-0.tar!k.jpg", folder + "/s-1.tar!k.jpg");
    assertThat(Given.names("--base-dir", folder, "@" + list, "end"))
        .containsExactly("s-1.tar!k.jpg", "s-1.tar!k.jpg", "end");
  }

  @Test
  void shouldAskForNoMoreThanItGives() {
    long[] read = {0};
    InputStream endless =
        new InputStream() {
          @Override
          public int read() {
            return read[0]++ % 10 == 9 ? '\n' : 'x';
          }
        };
    try (Inputs inputs = Given.inputs(endless, "-")) {
      assertThat(inputs.nextNames(100)).hasSize(100);
      for (int i = 0; i < 1_000; i++) {
        assertThat(inputs.next().name()).hasSize(9);
      }
    }
    assertThat(read[0]).isLessThan(10 * 1_100 + 2 * 65_536);
  }
}
