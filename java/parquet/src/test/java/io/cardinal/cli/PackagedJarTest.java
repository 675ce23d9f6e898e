// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.cardinal.testing.Golden;
import io.cardinal.testing.JavaCommand;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jar as it is handed out, beside that of the command, in processes of their own. */
class PackagedJarTest {
  private static final Path JAR = Path.of(System.getProperty("cardinal.parquet.jar"));
  private static final Path COMMAND =
      Path.of(System.getProperty("cardinal.root"), "java/cli/target/cardinal.jar");
  private static final Path FROG = Golden.root().resolve("examples/photos/frog.jpg");
  private static final long LARGEST = 10_000_000;

  @TempDir private Path folder;

  @Test
  void shouldWriteWithNothingElseOnTheClassPath() throws Exception {
    Path rows = folder.resolve("rows.parquet");
    Path vectors = folder.resolve("vectors.parquet");
    String classPath = COMMAND + File.pathSeparator + JAR;
    List<String> words = new ArrayList<>(List.of("-Xmx128m", "-cp", classPath));
    words.addAll(List.of("io.cardinal.cli.Main", "classify", FROG.toString()));
    words.addAll(List.of("--format", "parquet", "--out", rows.toString()));
    words.addAll(List.of("--features", vectors.toString()));

    assertThat(run(words)).isZero();
    assertThat(said()).hasSize(1).first().asString().startsWith("1 image");
    assertThat(ParquetReading.text(ParquetReading.read(rows).get(0), "rank1_label"))
        .isEqualTo("frog");
    assertThat(ParquetReading.floats(ParquetReading.read(vectors).get(0), "features")).isNotEmpty();
  }

  @Test
  void shouldBeNamedWhereItIsMissing() throws Exception {
    List<String> words = List.of("-jar", COMMAND.toString(), "classify", FROG.toString());
    List<String> more = new ArrayList<>(words);
    more.addAll(List.of("--format", "parquet"));

    assertThat(run(more)).isEqualTo(ExitCode.USAGE);
    String jar = JAR.getFileName().toString();
    assertThat(said().get(0))
        .isEqualTo(
            "cardinal: Parquet needs %s on the class path: CARDINAL_CLASSPATH=%s ./cardinal ...,"
                    .formatted(jar, jar)
                + " or java -cp cardinal.jar:%s io.cardinal.cli.Main ...".formatted(jar));
  }

  /** Where others' libraries lie on the class path too, it does not meet them. */
  @Test
  void shouldHoldClassesOfItsOwnNamesOnly() throws IOException {
    assertThat(Files.size(JAR)).isLessThan(LARGEST);
    try (JarFile jar = new JarFile(JAR.toFile())) {
      assertThat(jar.stream().map(ZipEntry::getName))
          .contains("META-INF/LICENSE", "META-INF/NOTICE", "META-INF/THIRD-PARTY")
          .allMatch(name -> name.matches("(META-INF|io/cardinal/parquet)/.*|io/(cardinal/)?"));
    }
  }

  @Test
  void shouldNameTheLibrariesInIt() throws IOException {
    Pattern library =
        Pattern.compile(".*/(parquet-\\w[\\w-]*|slf4j-\\w+|jts-core)/([^/]+)/[^/]+\\.jar");
    Set<String> expected = new TreeSet<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      Matcher matcher = library.matcher(entry);
      if (matcher.matches()) {
        expected.add(matcher.group(1) + " " + matcher.group(2));
      }
    }
    String text;
    try (JarFile jar = new JarFile(JAR.toFile());
        InputStream in = jar.getInputStream(jar.getEntry("META-INF/THIRD-PARTY"))) {
      text = new String(in.readAllBytes(), UTF_8);
    }
    Set<String> named = new TreeSet<>();
    Matcher lines =
        Pattern.compile("^  [\\w.]+:([\\w-]+) +(\\S+) ", Pattern.MULTILINE).matcher(text);
    while (lines.find()) {
      named.add(lines.group(1) + " " + lines.group(2));
    }

    assertThat(named).hasSize(9).isEqualTo(expected);
  }

  /** Starts java; gives its exit code. */
  private int run(List<String> words) throws IOException, InterruptedException {
    List<String> command = JavaCommand.quick();
    command.addAll(words);
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(folder.resolve("out").toFile())
            .redirectError(folder.resolve("err").toFile())
            .start();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("the command hangs: " + said());
    }
    return process.exitValue();
  }

  /** The lines of standard error. */
  private List<String> said() throws IOException {
    return Files.readAllLines(folder.resolve("err"), UTF_8);
  }
}
