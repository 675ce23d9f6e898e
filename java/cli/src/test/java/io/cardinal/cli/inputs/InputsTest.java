// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli.inputs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.cardinal.cli.UsageException;
import io.cardinal.testing.Scale;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
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
    Inputs inputs = Given.inputs(folder);
    List<Given.Row> rows = Given.rows(inputs);
    assertThat(rows.stream().map(Given.Row::name))
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
    assertThat(rows).allMatch(row -> row.text().equals("x"));
  }

  @Test
  void shouldPutOneSlashBetweenTheArgumentAndThePathInside() {
    for (String slashes : List.of("", "/", "//", "///")) {
      assertThat(Given.names(folder + "/sub" + slashes))
          .containsExactly(folder + "/sub/c.jpeg", folder + "/sub/deep/er/d.JPE");
    }
    assertThat(Given.names(folder + "/./sub/../sub.d"))
        .containsExactly(folder + "/./sub/../sub.d/c.jfif");
  }

  @Test
  void shouldLookIntoAHiddenFolderThatIsNamed() {
    assertThat(Given.names(folder + "/.git")).containsExactly(folder + "/.git/e.jpg");
  }

  @Test
  void shouldTakeEveryNamedFileWhateverItsName() {
    List<String> named =
        List.of(folder + "/notes.txt", folder + "/.hidden.jpg", folder + "/absent", "", "b.jpg");
    assertThat(Given.names(named.toArray())).isEqualTo(named);
  }

  @Test
  void shouldKeepTheOrderOfArgumentsAndTheirRepetitions() {
    String sub = folder + "/sub.d";
    assertThat(Given.names("z", sub, "a", sub, "z"))
        .containsExactly("z", sub + "/c.jfif", "a", sub + "/c.jfif", "z");
  }

  @Test
  void shouldReadListsWithAnyLineEnds() throws IOException {
    byte[] list = "b.jpg\r\n\r\n\na b.jpg \nb.jpg\né.webp\n@x\n-\n/dir".getBytes(UTF_8);
    List<String> expected = List.of("b.jpg", "a b.jpg ", "b.jpg", "é.webp", "@x", "-", "/dir");
    Path file = Files.write(folder.resolve("list"), list);
    assertThat(Given.names("@" + file)).isEqualTo(expected);
    assertThat(Given.rows(Given.inputs(list, "-")).stream().map(Given.Row::name).toList())
        .isEqualTo(expected);
    Files.writeString(file, "\uFEFFx.jpg\n");
    assertThat(Given.names("@" + file)).containsExactly("x.jpg");
  }

  @Test
  void shouldRefuseAListThatCannotBeRead() {
    for (String list : List.of("@" + folder + "/none.txt", "@" + folder, "@", "@a\0b")) {
      Assertions.assertThatThrownBy(() -> Given.inputs(list))
          .isInstanceOf(UsageException.class)
          .hasMessageStartingWith("cannot read the list");
    }
  }

  @Test
  void shouldFollowLinksToFilesAndLinksToFoldersWhenAsked() throws IOException {
    Path links = Files.createDirectory(folder.resolve("links"));
    Files.createSymbolicLink(links.resolve("file.jpg"), folder.resolve("b.jpg"));
    Files.createSymbolicLink(links.resolve("sub"), folder.resolve("sub.d"));
    Files.createSymbolicLink(links.resolve("circle"), links);
    Files.createSymbolicLink(links.resolve("self.gif"), Path.of("self.gif"));
    Files.createSymbolicLink(links.resolve("broken.png"), links.resolve("nowhere"));
    Files.createSymbolicLink(links.resolve("broken.txt"), links.resolve("nowhere"));
    Inputs inputs = Given.inputs(links);
    assertThat(Given.rows(inputs).stream().map(row -> row.name() + " " + row.reason()))
        .containsExactly(
            links + "/broken.png NOT_FOUND", links + "/file.jpg ", links + "/self.gif IO");
    assertThat(inputs.otherFiles()).isEqualTo(3);
    assertThat(Given.reasons("--follow-links", links))
        .containsExactly(
            links + "/broken.png NOT_FOUND",
            links + "/circle IO",
            links + "/file.jpg ",
            links + "/self.gif IO",
            links + "/sub/c.jfif ");
    Path link = Files.createSymbolicLink(folder.resolve("named"), folder.resolve("sub.d"));
    assertThat(Given.names(link)).containsExactly(link + "/c.jfif"); // it was asked for
  }

  @Test
  void shouldPassOverWhatIsNoFile() throws Exception {
    Path odd = Files.createDirectory(folder.resolve("odd"));
    Files.createDirectory(odd.resolve("folder.jpg"));
    Path fifo = Given.fifo(odd.resolve("fifo.jpg"));
    Files.createSymbolicLink(odd.resolve("zero.jpg"), Path.of("/dev/zero"));
    assertThat(Given.names(odd)).isEmpty();
    assertThat(Given.reasons(fifo, "/dev/zero", odd + "/zero.jpg", odd, folder + "/none"))
        .containsExactly(
            fifo + " NOT_A_FILE",
            "/dev/zero NOT_A_FILE",
            odd + "/zero.jpg NOT_A_FILE",
            folder + "/none NOT_FOUND");
  }

  @Test
  void shouldMakeRowsOfFilesThatVanishOrChangeAfterTheyWereFound() throws Exception {
    Path lively = Files.createDirectory(folder.resolve("lively"));
    for (String name : List.of("a.jpg", "b.jpg", "c.jpg", "sub/d.jpg", "z.jpg")) {
      Files.createDirectories(lively.resolve(name).getParent());
      Files.writeString(lively.resolve(name), "x");
    }
    Inputs inputs = Given.inputs(lively);
    assertThat(inputs.hasNext()).isTrue();
    Files.delete(lively.resolve("a.jpg"));
    Files.delete(lively.resolve("b.jpg"));
    Given.fifo(lively.resolve("b.jpg"));
    Files.delete(lively.resolve("c.jpg"));
    Files.createDirectory(lively.resolve("c.jpg"));
    Files.delete(lively.resolve("sub/d.jpg"));
    Files.delete(lively.resolve("sub"));
    assertThat(Given.reasons(inputs))
        .containsExactly(
            lively + "/a.jpg NOT_FOUND",
            lively + "/b.jpg NOT_A_FILE",
            lively + "/c.jpg NOT_A_FILE",
            lively + "/sub NOT_FOUND",
            lively + "/z.jpg ");
  }

  @Test
  void shouldMakeRowsOfFoldersAndFilesThatMayNotBeRead() throws Exception {
    Path closed = Files.createDirectory(folder.resolve("sub/deep/closed"));
    Path file = folder.resolve("b.jpg");
    Files.setPosixFilePermissions(closed, Set.of());
    Files.setPosixFilePermissions(file, Set.of());
    assumeTrue(!Files.isReadable(file), "the superuser reads everything");
    try {
      assertThat(Given.reasons(folder))
          .contains(closed + " UNREADABLE", file + " UNREADABLE")
          .hasSize(11);
    } finally {
      Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));
    }
  }

  /** The old rule, which collected everything: all paths, sorted by their bytes in UTF-8. */
  @Test
  void shouldSortFolderByFolderAsIfAllPathsWereSorted() throws IOException {
    Random random = new Random(Scale.seed(InputsTest.class));
    String characters = "ab-.!/0é\uFF41~ \t+";
    Path tree = Files.createDirectory(folder.resolve("tree"));
    for (int i = 0; i < Scale.of(600, 20_000); i++) {
      StringBuilder name = new StringBuilder("x");
      for (int length = 1 + random.nextInt(6); length > 0; length--) {
        char next = characters.charAt(random.nextInt(characters.length()));
        name.append(next == '/' ? "/x" : next);
      }
      Path file = tree.resolve(name + ".jpg");
      try {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "x");
      } catch (FileAlreadyExistsException e) {
        continue; // a file is called as this folder should be, or the name came up before
      }
    }
    List<String> all;
    try (Stream<Path> files = Files.walk(tree)) {
      all =
          files
              .filter(Files::isRegularFile)
              .map(file -> tree + "/" + tree.relativize(file))
              .sorted(Comparator.comparing(name -> name.getBytes(UTF_8), Arrays::compareUnsigned))
              .toList();
    }
    assertThat(all).hasSizeGreaterThan(Scale.of(300, 5_000));
    assertThat(Given.names(tree)).isEqualTo(all);
    assertThat(Given.names("--include", "*", tree)).isEqualTo(all);
  }

  @Test
  void shouldTakeOnlyWhatIsIncludedAndNotExcluded() {
    String sub = folder + "/sub/";
    assertThat(Given.names("--include", "*.jp*", folder))
        .containsExactly(folder + "/b.jpg", sub + "c.jpeg");
    assertThat(Given.names("--include=sub/**", "--exclude", "*.JPE", folder))
        .containsExactly(sub + "c.jpeg");
    assertThat(Given.names("--include=b.*", "--include=c.*", "--exclude=sub/*", folder))
        .containsExactly(folder + "/b.jpg", folder + "/sub.d/c.jfif");
    assertThat(Given.names("--exclude", "*", folder, folder + "/b.jpg"))
        .as("a named file is always an input")
        .containsExactly(folder + "/b.jpg");
    Inputs inputs = Given.inputs("--exclude", "*.jpg", folder);
    assertThat(Given.rows(inputs)).hasSize(9);
    assertThat(inputs.otherFiles()).isEqualTo(5);
  }

  @Test
  void shouldPassOverArchivesInFolders() throws IOException {
    Archives.tar(folder.resolve("sub/inside.tar")).file("a.jpg", "x").end();
    assertThat(Given.names(folder + "/sub"))
        .containsExactly(folder + "/sub/c.jpeg", folder + "/sub/deep/er/d.JPE");
  }

  @Test
  void shouldReadFilesWhoseNamesAreNoText() throws Exception {
    Path raw = Files.createDirectory(folder.resolve("raw"));
    String make =
        "cd \"$0\" && printf 1 > $(printf 'a\\377.jpg') && printf 2 > $(printf 'a\\376.jpg')";
    assertThat(new ProcessBuilder("bash", "-c", make, raw.toString()).start().waitFor()).isZero();
    List<Given.Row> rows = Given.rows(Given.inputs(raw));
    assertThat(rows).allMatch(row -> row.name().equals(raw + "/a\uFFFD.jpg"));
    assertThat(rows.stream().map(Given.Row::text)).containsExactlyInAnyOrder("1", "2");
  }

  @Test
  void shouldSayHowManyThereAreWhereThatIsCheap() throws IOException {
    Path list = Files.writeString(folder.resolve("list"), "a\nb\n");
    assertThat(Given.inputs(folder, "@" + list, "x").total()).isEqualTo(13);
    assertThat(Given.inputs(new byte[0], "-", "x").total()).isEqualTo(-1);
    Path tar = Archives.tar(folder.resolve("inside.tar")).file("a.jpg", "x").end();
    Files.writeString(list, tar + "\n");
    for (Object archive : List.of(tar, "@" + list)) {
      Inputs inputs = Given.inputs("x", archive);
      assertThat(inputs.total()).isEqualTo(-1);
      assertThat(Given.rows(inputs)).hasSize(2);
      assertThat(inputs.total()).isEqualTo(2);
    }
  }
}
