// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.cardinal.testing.Golden;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Whatever the bytes: a picture or an {@link ImageException}, and the process lives on. */
class HostileFilesTest {
  private static final Path SOURCES = Golden.path("preprocess/sources").toAbsolutePath();
  private static final int SECONDS = 300;

  @Test
  void shouldSurviveMutations() throws Exception {
    // Replay: -Dcardinal.seed=SEED; more: -Dcardinal.mutations=COUNT.
    long seed = Long.getLong("cardinal.seed", new Random().nextLong());
    int count = Integer.getInteger("cardinal.mutations", 20_000);

    List<String> lines = run("mutate", SOURCES.toString(), "" + seed, "" + count);

    assertThat(lines).as("seed %s", seed).last().asString().endsWith(" bugs 0");
    assertThat(lines).as("seed %s", seed).hasSize(1);
  }

  @Test
  void shouldNeverShowAPartOfATruncatedFile() throws Exception {
    assertThat(run("truncate", SOURCES.toString())).last().asString().endsWith(" bugs 0");
  }

  @Test
  void shouldSurviveRealBrokenFiles() throws Exception {
    Path tar = Golden.directory().resolveSibling("data").resolve("broken-images.tar");
    assumeTrue(Golden.isWhole(), "needs the whole golden data, -Dcardinal.golden");
    assertThat(tar).isRegularFile();

    List<String> lines = run("tar", tar.toAbsolutePath().toString());

    assertThat(lines).containsExactly("answers 418 refusals 2850 bugs 0");
  }

  @Test
  void shouldReturnNativeMemory() throws Exception {
    List<String> lines = run("leak", SOURCES.toString(), "2000");

    assertThat(lines).hasSize(3);
    long growth = kibibytes(lines.get(1)) - kibibytes(lines.get(0));
    // One raster of one of these files lost in each round would be 100 MiB and more.
    assertThat(growth).as("KiB over 16,500 calls").isLessThan(48 << 10);
    assertThat(lines.get(2)).isEqualTo("answers 18000 refusals 4000 bugs 0");
  }

  private static long kibibytes(String line) {
    return Long.parseLong(line.substring(line.indexOf(' ') + 1));
  }

  private static List<String> run(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xms64m", "-Xmx512m", "-XX:+UseSerialGC", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.add(Hostile.class.getName());
    command.addAll(List.of(arguments));
    Path out = Path.of("target", "hostile-" + arguments[0] + ".txt");
    Path errors = Path.of("target", "hostile-" + arguments[0] + "-stderr.txt");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(errors.toFile())
            .redirectInput(new File("/dev/null"))
            .start();
    if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("no end after " + SECONDS + " s: " + command);
    }
    assertThat(process.exitValue()).as("exit of %s, see %s", command, errors).isZero();
    return Files.readAllLines(out, StandardCharsets.UTF_8);
  }
}
