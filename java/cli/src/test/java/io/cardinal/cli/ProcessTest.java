// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.cardinal.engine.platform.NativeCache;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What only a whole process shows: pipes, locales, memory, the native cache. */
class ProcessTest {
  @TempDir private Path folder;

  @Test
  void shouldEndQuietlyWhenHeadHasSeenEnough() throws Exception {
    List<String> paths = new ArrayList<>(Collections.nCopies(20_000, "absent.jpg"));
    paths.add(0, Cli.FROG.toString());
    Path list = Files.write(folder.resolve("list.txt"), paths);
    Cli.Result result =
        new ChildCli(folder)
            .runIn(
                "{ \"$@\"; echo $? >code; } | head -n 1",
                "classify",
                "@" + list,
                "--format",
                "csv");
    assertThat(result.lines()).singleElement().asString().startsWith("path,status,");
    assertThat(Files.readString(folder.resolve("code")).strip()).isEqualTo("141");
    assertThat(result.err()).isEmpty();
  }

  @Test
  void shouldSayThatTheDiskIsFull() throws Exception {
    Cli.Result result =
        new ChildCli(folder).runIn("\"$@\" >/dev/full", "classify", Cli.FROG, "--format", "csv");
    assertThat(result.exit()).isEqualTo(ExitCode.OUTPUT);
    assertThat(result.notes())
        .containsExactly("cardinal: cannot write standard output: No space left on device");
  }

  @Test
  void shouldMakeNamesBeyondTheLocaleRowsOfTheirOwn() throws Exception {
    String name = "été.jpg";
    shell("cp '" + Cli.FROG + "' \"$(printf '\\303\\251t\\303\\251.jpg')\"");
    Path list = folder.resolve("list.txt");
    Files.write(list, (name + "\n" + Cli.FROG + "\n").getBytes(UTF_8));
    ChildCli ascii = new ChildCli(folder).variable("LC_ALL", "C");
    Cli.Result result =
        ascii.run("classify", "@list.txt", name, ".", "--format", "csv", "--topk", "1");
    assertThat(result.exit()).as(result.err()).isEqualTo(ExitCode.SOME_FAILED);
    assertThat(result.notes().get(0)).contains("warning: ", "file names", "LC_ALL=C.UTF-8");
    assertThat(result.csv()).hasSize(5);
    assertThat(result.csv().get(1)).startsWith(name, "failed", "UNENCODABLE_NAME");
    assertThat(result.csv().get(1).get(3)).contains("LC_ALL=C.UTF-8");
    assertThat(result.csv().get(2)).startsWith(Cli.FROG.toString(), "ok", "", "", "frog");
    assertThat(result.csv().get(3)).contains("UNENCODABLE_NAME");
    assertThat(result.csv().get(4)).contains("ok", "frog"); // found in the folder by its bytes
    Cli.Result doctor = ascii.run("doctor");
    assertThat(doctor.text()).contains("names beyond it cannot be read; set LC_ALL=C.UTF-8");
    Cli.Result utf8 = new ChildCli(folder).run("classify", "@list.txt", "--format", "csv");
    assertThat(utf8.exit()).as(utf8.err()).isZero();
    assertThat(utf8.csv().get(1)).startsWith(name, "ok");
    assertThat(utf8.notes()).hasSize(1);
  }

  @Test
  void shouldSayWhatToDoAboutACacheThatCannotBeUsed() throws Exception {
    Path file = Files.writeString(folder.resolve("cache"), "x");
    Path home = Files.createDirectory(folder.resolve("home"));
    ChildCli child =
        new ChildCli(folder).option("-Dcardinal.cache=" + file).option("-Duser.home=" + home);
    Cli.Result result = child.run("classify", Cli.FROG);
    assertThat(result.exit()).isEqualTo(ExitCode.NATIVE);
    assertThat(result.out()).isEmpty();
    assertThat(result.notes())
        .singleElement()
        .asString()
        .contains(file.toString(), "cardinal.cache", "set CARDINAL_CACHE");
    Cli.Result doctor = child.run("doctor");
    assertThat(doctor.exit()).isEqualTo(ExitCode.NATIVE);
    assertThat(doctor.lines())
        .filteredOn(line -> line.contains("NOT USABLE"))
        .anyMatch(line -> line.startsWith("native cache "))
        .anyMatch(line -> line.startsWith("codecs "));
    Cli.Result version = child.run("--version");
    assertThat(version.exit()).isZero();
    assertThat(version.text()).contains("oneDNN not usable: ", "codecs not usable: ");
    assertThat(home.resolve(".javacpp")).doesNotExist();
  }

  @Test
  void shouldWriteNothingOutsideTheCache() throws Exception {
    Path home = Files.createDirectory(folder.resolve("home"));
    Path temporary = Files.createDirectory(folder.resolve("tmp"));
    ChildCli child =
        new ChildCli(folder)
            .option("-Dcardinal.cache=" + NativeCache.configured().directory())
            .option("-Duser.home=" + home)
            .option("-Djava.io.tmpdir=" + temporary);
    for (List<Object> words :
        List.<List<Object>>of(
            List.of("doctor"), List.of("--version"), List.of("classify", Cli.FROG))) {
      Cli.Result result = child.run(words.toArray());
      assertThat(result.exit()).as(result.err()).isZero();
      assertThat(home).as(words.toString()).isEmptyDirectory();
      assertThat(temporary).as(words.toString()).isEmptyDirectory();
    }
  }

  @Test
  void shouldClassifyManyImagesInLittleMemory() throws Exception {
    List<String> paths;
    try (Stream<Path> files = Files.list(Cli.PHOTOS)) {
      paths = files.map(Path::toString).filter(name -> name.endsWith(".jpg")).toList();
    }
    Path list =
        Files.writeString(folder.resolve("list.txt"), (String.join("\n", paths) + "\n").repeat(25));
    Path out = folder.resolve("rows.csv");
    Cli.Result result =
        new ChildCli(folder)
            .option("-Xmx64m")
            .run("classify", "@" + list, "--format", "csv", "--out", out, "--progress", "bar");
    assertThat(result.exit()).as(result.err()).isZero();
    assertThat(Cli.records(Files.readString(out))).hasSize(301);
    assertThat(result.err())
        .contains("\r[#", " of 300 images, ", "images/s, ", " left\u001b[K")
        .containsPattern("\r\u001b\\[K300 images, 0 failed, [^\n]*\n$");
  }

  private void shell(String script) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder("sh", "-c", script).directory(folder.toFile()).inheritIO().start();
    assertThat(process.waitFor()).isZero();
  }
}
