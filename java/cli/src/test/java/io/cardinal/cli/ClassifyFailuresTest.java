// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Inputs without an answer. */
@Timeout(60)
class ClassifyFailuresTest {
  @TempDir private Path folder;

  @Test
  void shouldSayForEachImageWhyItIsRefusedAndAnswerTheOthers() throws Exception {
    byte[] frog = Files.readAllBytes(Cli.FROG);
    Path fifo = folder.resolve("fifo.jpg");
    assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor()).isZero();
    List<Object> words = new ArrayList<>(List.of("classify", "--format", "csv", "--topk", "1"));
    List<Path> files =
        List.of(
            Cli.FROG,
            file("empty.jpg", new byte[0]),
            file("text.jpg", "hello, world\n".getBytes(UTF_8)),
            file("cut.jpg", Arrays.copyOf(frog, frog.length / 2)),
            file("bomb.png", pngOf(100_000, 100_000)),
            file("phone.jpg", heif()),
            folder.resolve("absent.jpg"),
            folder,
            fifo,
            Path.of("/dev/null"),
            Cli.FROG);
    Path list =
        Files.write(folder.resolve("list.txt"), files.stream().map(Path::toString).toList());
    words.add("@" + list);
    Cli.Result result = Cli.run(words.toArray());
    assertThat(result.exit()).isEqualTo(ExitCode.SOME_FAILED);
    List<List<String>> rows = result.csv().subList(1, result.csv().size());
    assertThat(rows.stream().map(row -> row.get(2)))
        .containsExactly(
            "",
            "EMPTY",
            "NOT_AN_IMAGE",
            "TRUNCATED",
            "TOO_MANY_PIXELS",
            "UNSUPPORTED",
            "NOT_FOUND",
            "NOT_A_FILE",
            "NOT_A_FILE",
            "NOT_A_FILE",
            "");
    for (int i = 0; i < rows.size(); i++) {
      List<String> row = rows.get(i);
      boolean isAnswered = i == 0 || i == rows.size() - 1;
      assertThat(row.get(0)).isEqualTo(files.get(i).toString());
      assertThat(row.get(1)).isEqualTo(isAnswered ? "ok" : "failed");
      assertThat(row.get(3)).doesNotContain("\n", "Exception").matches(isAnswered ? "" : ".{9,}");
      assertThat(row.subList(4, 7)).allMatch(field -> field.isEmpty() != isAnswered);
    }
    assertThat(rows.get(4).get(3)).contains("100000 x 100000", "50000000");
    assertThat(rows.get(5).get(3)).contains("HEIF");
    assertThat(rows.get(6).get(3)).endsWith("absent.jpg: no such file");
    assertThat(result.notes()).singleElement().asString().startsWith("11 images, 9 failed, ");
  }

  @Test
  void shouldTakeLargerImagesWhenTold() throws IOException {
    Cli.Result result = Cli.run("classify", Cli.FROG, "--max-pixels", "1000", "--format", "csv");
    assertThat(result.exit()).isEqualTo(ExitCode.SOME_FAILED);
    assertThat(result.csv().get(1).get(2)).isEqualTo("TOO_MANY_PIXELS");
    Path bomb = file("bomb.png", pngOf(8_000, 8_000));
    assertThat(reason(bomb)).isEqualTo("TOO_MANY_PIXELS");
    assertThat(reason(bomb, "--max-pixels", "64000000")).isEqualTo("TRUNCATED");
  }

  @Test
  void shouldKeepTheRowOfAPathThatIsNotThere() {
    Cli.Result result = Cli.run("classify", folder.resolve("no.jpg"), "--format", "csv");
    assertThat(result.exit()).isEqualTo(ExitCode.SOME_FAILED);
    assertThat(result.csv()).hasSize(2);
    assertThat(result.csv().get(1)).startsWith(folder + "/no.jpg", "failed", "NOT_FOUND");
    assertThat(result.notes()).singleElement().asString().startsWith("1 image, 1 failed, ");
    assertThat(Cli.run("classify", folder.resolve("no.jpg")).text()).contains("NOT_FOUND: ");
    assertThat(Cli.run("classify", "", "--format", "csv").csv().get(1))
        .startsWith("", "failed", "NOT_A_FILE");
  }

  @Test
  void shouldHaveNothingToDoWithoutImages() throws IOException {
    Files.writeString(folder.resolve("notes.txt"), "x");
    Path empty = Files.createDirectory(folder.resolve("empty"));
    Path list = Files.writeString(folder.resolve("list.txt"), "\n\r\n");
    assertNothingToDo(folder, "(2 other files passed over)");
    assertNothingToDo(empty, "no image found in " + empty);
    assertNothingToDo("@" + list, "no image found");
    Cli.Result none = Cli.run("classify");
    assertThat(none.exit()).isEqualTo(ExitCode.USAGE);
    assertThat(none.notes()).singleElement().asString().contains("image files", "--help");
    Cli.Result input = Cli.runWith(new byte[0], "classify", "-");
    assertThat(input.exit()).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void shouldReadPathsFromStandardInput() {
    byte[] list = (Cli.FROG + "\r\n\nabsent.jpg\n" + Cli.FROG + "\n").getBytes(UTF_8);
    Cli.Result result = Cli.runWith(list, "classify", "-", "--format", "csv", "--topk", "1");
    assertThat(result.exit()).isEqualTo(ExitCode.SOME_FAILED);
    assertThat(result.csv().stream().skip(1).map(row -> row.get(4)))
        .containsExactly("frog", "", "frog");
  }

  @Test
  void shouldMakeImpossibleNamesRows() {
    Cli.Result result =
        Cli.runWith("a\0b.jpg\n".getBytes(UTF_8), "classify", "-", "--format", "csv");
    assertThat(result.exit()).isEqualTo(ExitCode.SOME_FAILED);
    assertThat(result.csv().get(1)).startsWith("a\0b.jpg", "failed", "UNENCODABLE_NAME");
    assertThat(result.csv().get(1).get(3)).contains("NUL");
    String longName = "x".repeat(300) + ".jpg";
    Cli.Result tooLong = Cli.run("classify", longName, "--format", "csv");
    assertThat(tooLong.csv().get(1)).startsWith(longName, "failed", "IO");
  }

  private static void assertNothingToDo(Object argument, String said) {
    Cli.Result result = Cli.run("classify", argument);
    assertThat(result.exit()).isEqualTo(ExitCode.USAGE);
    assertThat(result.out()).isEmpty();
    assertThat(result.notes()).singleElement().asString().contains(said);
  }

  private static String reason(Path file, Object... options) {
    List<Object> words = new ArrayList<>(List.of("classify", file, "--format", "csv"));
    words.addAll(List.of(options));
    return Cli.run(words.toArray()).csv().get(1).get(2);
  }

  private Path file(String name, byte[] content) throws IOException {
    return Files.write(folder.resolve(name), content);
  }

  /** The start of what telephones write, whatever they call it. */
  private static byte[] heif() {
    return Arrays.copyOf("\0\0\0\u0018ftypheic\0\0\0\0mif1heic".getBytes(UTF_8), 64);
  }

  /** A PNG that states a size and ends there. */
  private static byte[] pngOf(int width, int height) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream png = new DataOutputStream(bytes);
    png.writeLong(0x89504E470D0A1A0AL);
    ByteArrayOutputStream chunk = new ByteArrayOutputStream();
    DataOutputStream header = new DataOutputStream(chunk);
    header.writeBytes("IHDR");
    header.writeInt(width);
    header.writeInt(height);
    header.write(new byte[] {8, 2, 0, 0, 0});
    CRC32 crc = new CRC32();
    crc.update(chunk.toByteArray());
    png.writeInt(13);
    png.write(chunk.toByteArray());
    png.writeInt((int) crc.getValue());
    return bytes.toByteArray();
  }
}
