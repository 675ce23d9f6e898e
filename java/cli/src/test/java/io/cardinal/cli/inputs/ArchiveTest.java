// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli.inputs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.cardinal.testing.Golden;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The images in tars and zips. */
class ArchiveTest {
  @TempDir private Path folder;

  @Test
  void shouldGiveTheImagesOfATarInItsOrder() throws IOException {
    Path tar =
        Archives.tar(folder.resolve("t.tar"))
            .member("d.jpg/", '5', new byte[0])
            .file("b.JPG", "1")
            .file("./sub/a.png", "22")
            .file(".hidden.jpg", "x")
            .file("__MACOSX/._a.jpg", "x")
            .file("key.cls", "7")
            .file("inner.tar", "x")
            .member("link.jpg", '2', new byte[0])
            .member("hard.jpg", '1', new byte[0])
            .member("device.jpg", '3', new byte[0])
            .member("fifo.jpg", '6', new byte[0])
            .member("old.jpg", '\0', "333".getBytes(UTF_8))
            .file("b.JPG", "4")
            .end();
    for (Path each : List.of(tar, Files.write(tar.resolveSibling("t.tgz"), gzip(tar)))) {
      Inputs inputs = Given.inputs(each, "next");
      assertThat(Given.rows(inputs).stream().map(row -> row.name() + " " + row.text()).limit(4))
          .containsExactly(
              each + "!b.JPG 1",
              each + "!./sub/a.png 22",
              each + "!old.jpg 333",
              each + "!b.JPG 4");
      assertThat(inputs.otherFiles()).isEqualTo(6);
    }
    assertThat(Given.names("--include", "sub/*", "--exclude", "*.png", tar)).isEmpty();
    assertThat(Given.names("--exclude", "b.*", "--include", "*.jpg", tar))
        .containsExactly(tar + "!old.jpg");
  }

  @Test
  void shouldTakeTricksInNamesForNames() throws IOException {
    List<String> names =
        List.of(
            "../../up.jpg",
            "/etc/root.jpg",
            "C:\\x.jpg",
            "a\nb.jpg",
            "x/../../y.jpg",
            "\u001b.jpg");
    Archives tar = Archives.tar(folder.resolve("t.tar"));
    names.forEach(name -> tar.file(name, "x"));
    Path file = tar.end();
    assertThat(Given.names(file)).isEqualTo(names.stream().map(name -> file + "!" + name).toList());
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).containsExactly(file);
    }
  }

  @Test
  void shouldReadLongNames() throws IOException {
    String gnu = "g".repeat(3_000) + ".jpg";
    String pax = "p/".repeat(2_000) + "é.jpg";
    Path tar =
        Archives.tar(folder.resolve("t.tar"))
            .member("././@LongLink", 'L', (gnu + "\0").getBytes(UTF_8))
            .file("short", "1")
            .member("PaxHeader", 'x', Archives.pax("path", pax))
            .file("short", "2")
            .file("\u00e9.jpg", "3")
            .end();
    assertThat(Given.rows(Given.inputs(tar)))
        .extracting(Given.Row::name, Given.Row::text)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(tar + "!" + gnu, "1"),
            org.assertj.core.groups.Tuple.tuple(tar + "!" + pax, "2"),
            org.assertj.core.groups.Tuple.tuple(tar + "!é.jpg", "3"));
  }

  @Test
  void shouldReadWhatTarItselfWrites() throws Exception {
    Path source = Files.createDirectory(folder.resolve("photos"));
    Path deep = Files.createDirectories(source.resolve("n".repeat(90)).resolve("m".repeat(50)));
    Files.writeString(deep.resolve("a.jpg"), "long");
    Files.writeString(source.resolve("b.jpg"), "plain");
    Files.createSymbolicLink(source.resolve("c.jpg"), Path.of("b.jpg"));
    for (String format : List.of("gnu", "pax", "ustar")) {
      for (String name : List.of("t.tar", "t.tar.gz")) {
        Path tar = folder.resolve(format + name);
        Process process =
            new ProcessBuilder(
                    "tar",
                    "-a",
                    "--sort=name",
                    "--format=" + format,
                    "-cf",
                    tar.toString(),
                    "photos")
                .directory(folder.toFile())
                .start();
        assertThat(process.waitFor()).isZero();
        assertThat(Given.rows(Given.inputs(tar)).stream().map(Given.Row::text))
            .containsExactlyInAnyOrder("plain", "long");
      }
    }
  }

  @Test
  void shouldGiveTheImagesOfAZip() throws IOException {
    byte[] zip =
        Archives.zip("d/", "", "d/b.jpg", "1", "x.txt", "x", "../é.png", "22", "d/b.jpG", "");
    Path file = Files.write(folder.resolve("z.ZIP"), zip);
    Inputs inputs = Given.inputs(file);
    assertThat(Given.rows(inputs).stream().map(row -> row.name() + " " + row.text()))
        .containsExactly(file + "!d/b.jpg 1", file + "!../é.png 22", file + "!d/b.jpG ");
    assertThat(inputs.otherFiles()).isEqualTo(1);
    assertThat(Given.names(Files.write(file, Archives.zip()))).isEmpty();
  }

  @Test
  void shouldReadNamesOfZipsThatDoNotSayWhatTheyAre() throws IOException {
    byte[] utf8 = Archives.zip("\u6771.jpg", "1");
    int flags = 7; // the high byte of the flags, where bit 3 says UTF-8
    utf8[flags] &= ~8;
    assertThat(Given.names(Files.write(folder.resolve("u.zip"), utf8)))
        .containsExactly(folder + "/u.zip!\u6771.jpg");
    ByteArrayOutputStream latin = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(latin, StandardCharsets.ISO_8859_1)) {
      zip.putNextEntry(new ZipEntry("\u00fc.jpg"));
    }
    assertThat(Given.names(Files.write(folder.resolve("l.zip"), latin.toByteArray())))
        .containsExactly(folder + "/l.zip!\u00fc.jpg");
  }

  @Test
  void shouldGoByTheContentOfAnArchive() throws IOException {
    byte[] tar = Archives.tar(folder).file("a.jpg", "1").raw(new byte[1024]).bytes();
    Path file = folder.resolve("x.zip");
    for (byte[] content : List.of(tar, Archives.gzip(tar), Archives.zip("a.jpg", "1"))) {
      Files.write(file, content);
      assertThat(Given.reasons(file)).containsExactly(file + "!a.jpg ");
    }
    byte[] frog = Files.readAllBytes(Golden.root().resolve("examples/photos/frog.jpg"));
    for (byte[] content : List.of(frog, Archives.gzip(frog), "text".getBytes(UTF_8))) {
      Files.write(file, content);
      assertThat(Given.reasons(file, "z")).containsExactly(file + " CORRUPT", "z NOT_FOUND");
    }
    assertThat(Given.reasons(Files.write(file, new byte[0]))).containsExactly(file + " EMPTY");
    assertThat(Given.names(Files.write(file, new byte[10_240]))).as("an empty tar").isEmpty();
    Path named = Files.write(folder.resolve("tar.jpg"), tar);
    assertThat(Given.names(named)).containsExactly(named.toString());
  }

  @Test
  void shouldMakeRowsOfArchivesThatAreNoFiles() throws Exception {
    Path fifo = Given.fifo(folder.resolve("fifo.tar"));
    Path absent = folder.resolve("absent.zip");
    Path inside = Files.createDirectory(folder.resolve("folder.tar"));
    Files.writeString(inside.resolve("a.jpg"), "x");
    assertThat(Given.reasons(fifo, absent, inside))
        .containsExactly(fifo + " NOT_A_FILE", absent + " NOT_FOUND", inside + "/a.jpg ");
  }

  @Test
  void shouldMakeARowOfAnArchiveThatVanishes() throws IOException {
    Path tar = Archives.tar(folder.resolve("t.tar")).file("a.jpg", "1").end();
    Inputs inputs = Given.inputs("x", tar, "z");
    assertThat(inputs.next().name()).isEqualTo("x");
    Files.delete(tar);
    assertThat(Given.reasons(inputs)).containsExactly(tar + " NOT_FOUND", "z NOT_FOUND");
  }

  @Test
  void shouldHoldOnlyALittleOfAnArchiveToLookAhead() throws IOException {
    Archives tar = Archives.tar(folder.resolve("t.tar"));
    byte[] content = new byte[Given.MAX_FILE_BYTES];
    for (int i = 0; i < 20; i++) {
      tar.file(i + ".jpg", content);
    }
    try (Inputs inputs = Given.inputs(tar.end())) {
      assertThat(inputs.nextNames(1_000)).hasSize(8);
    }
  }

  private static byte[] gzip(Path file) throws IOException {
    return Archives.gzip(Files.readAllBytes(file));
  }
}
