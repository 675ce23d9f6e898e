// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What arguments stand for. */
class InputsTest {
  @TempDir private Path folder;

  @BeforeEach
  void prepare() throws IOException {
    for (String name :
        List.of(
            "b.jpg",
            "a.JPG",
            "B.Png",
            "é.webp",
            "z.tiff",
            "notes.txt",
            "jpg",
            "x.jpg.bak",
            ".hidden.jpg",
            "sub/c.jpeg",
            "sub.d/c.jfif",
            "sub/deep/er/d.JPE",
            ".git/e.jpg",
            "sub/readme.md",
            "\uD83D\uDC08.gif",
            "\uFF41.bmp")) {
      Path file = folder.resolve(name);
      Files.createDirectories(file.getParent());
      Files.writeString(file, "x");
    }
  }

  @Test
  void shouldFindTheImagesOfAFolderInTheOrderOfTheirBytes() {
    Inputs inputs = inputs(folder.toString());
    assertThat(names(inputs))
        .containsExactly(
            folder + "/B.Png",
            folder + "/a.JPG",
            folder + "/b.jpg",
            folder + "/sub.d/c.jfif",
            folder + "/sub/c.jpeg",
            folder + "/sub/deep/er/d.JPE",
            folder + "/z.tiff",
            folder + "/é.webp",
            folder + "/\uFF41.bmp", // EF.. in UTF-8, before F0.., though after it in UTF-16
            folder + "/\uD83D\uDC08.gif");
    assertThat(inputs.otherFiles()).isEqualTo(4);
    assertThat(inputs.inputs()).allMatch(input -> Files.isRegularFile(input.file()));
  }

  @Test
  void shouldPutOneSlashBetweenTheArgumentAndThePathInside() {
    for (String slashes : List.of("", "/", "//", "///")) {
      assertThat(names(inputs(folder + "/sub" + slashes)))
          .containsExactly(folder + "/sub/c.jpeg", folder + "/sub/deep/er/d.JPE");
    }
    assertThat(names(inputs(folder + "/./sub/../sub.d")))
        .containsExactly(folder + "/./sub/../sub.d/c.jfif");
  }

  @Test
  void shouldLookIntoAHiddenFolderThatIsNamed() {
    assertThat(names(inputs(folder + "/.git"))).containsExactly(folder + "/.git/e.jpg");
  }

  @Test
  void shouldTakeEveryNamedFileWhateverItsName() {
    List<String> named =
        List.of(folder + "/notes.txt", folder + "/.hidden.jpg", folder + "/absent", "", "b.jpg");
    assertThat(names(inputs(named.toArray(String[]::new)))).isEqualTo(named);
  }

  @Test
  void shouldKeepTheOrderOfArgumentsAndTheirRepetitions() {
    String sub = folder + "/sub.d";
    assertThat(names(inputs("z", sub, "a", sub, "z")))
        .containsExactly("z", sub + "/c.jfif", "a", sub + "/c.jfif", "z");
  }

  @Test
  void shouldReadListsWithAnyLineEnds() throws IOException {
    byte[] list = "b.jpg\r\n\r\n\na b.jpg \nb.jpg\né.webp\n@x\n-\n/dir".getBytes(UTF_8);
    List<String> expected = List.of("b.jpg", "a b.jpg ", "b.jpg", "é.webp", "@x", "-", "/dir");
    Path file = Files.write(folder.resolve("list"), list);
    assertThat(names(inputs("@" + file))).isEqualTo(expected);
    assertThat(names(Inputs.of(List.of("-"), new ByteArrayInputStream(list)))).isEqualTo(expected);
    Files.writeString(file, "\uFEFFx.jpg\n");
    assertThat(names(inputs("@" + file))).containsExactly("x.jpg");
  }

  @Test
  void shouldRefuseAListThatCannotBeRead() {
    for (String list : List.of("@" + folder + "/none.txt", "@" + folder, "@", "@a\0b")) {
      Assertions.assertThatThrownBy(() -> inputs(list))
          .isInstanceOf(UsageException.class)
          .hasMessageStartingWith("cannot read the list");
    }
  }

  @Test
  void shouldFollowLinksButNotInCircles() throws IOException {
    Path links = Files.createDirectory(folder.resolve("links"));
    Files.createSymbolicLink(links.resolve("file.jpg"), folder.resolve("b.jpg"));
    Files.createSymbolicLink(links.resolve("sub"), folder.resolve("sub.d"));
    Files.createSymbolicLink(links.resolve("circle"), links);
    Files.createSymbolicLink(links.resolve("broken.png"), links.resolve("nowhere"));
    Files.createSymbolicLink(links.resolve("broken.txt"), links.resolve("nowhere"));
    assertThat(names(inputs(links.toString())))
        .containsExactly(links + "/broken.png", links + "/file.jpg", links + "/sub/c.jfif");
  }

  @Test
  void shouldPassOverWhatIsNoFile() throws Exception {
    Path odd = Files.createDirectory(folder.resolve("odd"));
    Files.createDirectory(odd.resolve("folder.jpg"));
    Process mkfifo = new ProcessBuilder("mkfifo", odd.resolve("fifo.jpg").toString()).start();
    assertThat(mkfifo.waitFor()).isZero();
    assertThat(names(inputs(odd.toString()))).isEmpty();
  }

  private static Inputs inputs(String... arguments) {
    return Inputs.of(List.of(arguments), InputStream.nullInputStream());
  }

  private static List<String> names(Inputs inputs) {
    return inputs.inputs().stream().map(Input::name).toList();
  }
}
