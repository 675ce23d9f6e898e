// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.cardinal.testing.Scale;
import io.cardinal.testing.Tally;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * F3: runs in shards are killed at random moments, from their start on, and taken up again: two at
 * once, each until it has had its share of the kills. A run that ends before is followed by another
 * one.
 */
@DisplayName("F3: SIGKILL at random moments, then resume")
class KillTest {
  private static final int KILLS = Scale.of(6, 50, 1_000);
  private static final int FILES = Scale.of(400, 5_000, 5_000);
  private static final int AT_ONCE = 2;
  private static final int SHARD = 25;
  private static final int PICTURES = 7;

  @TempDir private Path folder;

  private final Tally tally = new Tally("F3");
  private Path list;

  @Test
  void shouldEndAsAnUnbrokenRun() throws Exception {
    Random random = new Random(Scale.seed(KillTest.class));
    writeInputs(random);
    Path unbroken = folder.resolve("unbroken");
    Cli.Result result = Cli.run(words(unbroken));
    assertThat(result.exit()).as(result.err()).isEqualTo(ExitCode.SOME_FAILED);
    Map<String, byte[]> expected = rows(unbroken);
    assertThat(expected).hasSize(FILES / SHARD);
    ExecutorService pool = Executors.newFixedThreadPool(AT_ONCE);
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < AT_ONCE; i++) {
        Killer killer = new Killer(Files.createDirectory(folder.resolve("killer" + i)), random);
        all.add(
            pool.submit(
                () -> {
                  killer.run(expected);
                  return null;
                }));
      }
      for (Future<?> each : all) {
        each.get();
      }
    } finally {
      pool.shutdownNow();
      pool.awaitTermination(2, TimeUnit.MINUTES);
      tally.print();
    }
    assertThat(tally.passed()).isBetween(Scale.hasTime() ? KILLS : 1L, (long) KILLS);
  }

  /** Small pictures, and now and then a file that is none, many times over. */
  private void writeInputs(Random random) throws IOException {
    List<String> names = new ArrayList<>();
    Path pictures = Files.createDirectory(folder.resolve("pictures"));
    for (int i = 0; i < PICTURES; i++) {
      BufferedImage image = new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB);
      for (int pixel = 0; pixel < 32 * 32; pixel++) {
        image.setRGB(pixel % 32, pixel / 32, random.nextInt());
      }
      Path file = pictures.resolve("picture" + i + ".png");
      ImageIO.write(image, "png", file.toFile());
      names.add(file.toString());
    }
    names.add("absent.jpg");
    list = folder.resolve("list.txt");
    List<String> all = new ArrayList<>();
    for (int i = 0; i < FILES; i++) {
      all.add(names.get(random.nextInt(names.size())));
    }
    Files.write(list, all);
  }

  /** One run after the other, each killed and taken up again until it is finished. */
  private final class Killer {
    private final Path own;
    private final Random random;

    Killer(Path own, Random seeds) {
      this.own = own;
      this.random = new Random(seeds.nextLong());
    }

    void run(Map<String, byte[]> expected) throws Exception {
      int kills = 0;
      for (int run = 0; isToKillMore(kills); run++) {
        Path out = own.resolve("run" + run);
        Map<String, Object> finished = new TreeMap<>();
        while (!Files.exists(out.resolve("finished.json"))) {
          kills += runAndKill(out, isToKillMore(kills)) ? 1 : 0;
          Map<String, Object> now = versions(out);
          assertThat(now).as("no finished shard is written again").containsAllEntriesOf(finished);
          finished = now;
        }
        Map<String, byte[]> rows = rows(out);
        assertThat(rows.keySet()).isEqualTo(expected.keySet());
        rows.forEach((name, bytes) -> assertThat(bytes).as(name).isEqualTo(expected.get(name)));
        assertThat(hidden(out)).containsExactly(".cardinal-lock");
      }
      tally.pass(kills);
    }

    private static boolean isToKillMore(int kills) {
      return kills < KILLS / AT_ONCE && Scale.hasTime();
    }

    /** Runs and kills at a random moment; tells whether the run was still there to be killed. */
    private boolean runAndKill(Path out, boolean isToBeKilled) throws Exception {
      Path work = Files.createDirectories(own.resolve("work"));
      ChildCli child = new ChildCli(work);
      Process process = child.start(child.command(words(out)));
      if (isToBeKilled) {
        if (random.nextInt(3) > 0) { // while it writes
          int before = versions(out).size();
          while (process.isAlive() && versions(out).size() == before) {
            Thread.sleep(2);
          }
          Thread.sleep(random.nextInt(60));
        } else {
          Thread.sleep(random.nextInt(1000));
        }
        process.destroyForcibly();
      }
      assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
      boolean isKilled = process.exitValue() == 128 + 9;
      if (!isKilled) {
        String said = Files.readString(work.resolve("child.err"));
        assertThat(process.exitValue()).as(said).isEqualTo(ExitCode.SOME_FAILED);
      }
      try (Stream<Path> files = Files.list(work)) {
        assertThat(files.map(Path::getFileName)).hasSize(2); // its outputs, no report of a crash
      }
      return isKilled;
    }
  }

  private Object[] words(Path out) {
    return new Object[] {
      "classify",
      "@" + list,
      "--format",
      "csv",
      "--topk",
      2,
      "--out",
      out,
      "--shard-size",
      SHARD,
      "--resume"
    };
  }

  private static Map<String, byte[]> rows(Path out) throws IOException {
    Map<String, byte[]> rows = new TreeMap<>();
    for (Path file : shards(out)) {
      rows.put(file.getFileName().toString(), Files.readAllBytes(file));
    }
    return rows;
  }

  /** What tells a file from one that was written later under its name. */
  private static Map<String, Object> versions(Path out) throws IOException {
    Map<String, Object> versions = new TreeMap<>();
    for (Path file : shards(out)) {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      versions.put(
          file.getFileName().toString(),
          attributes.fileKey() + " " + attributes.lastModifiedTime());
    }
    return versions;
  }

  private static List<Path> shards(Path out) throws IOException {
    if (!Files.isDirectory(out)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(out)) {
      return files.filter(file -> file.toString().endsWith(".csv")).toList();
    }
  }

  private static List<String> hidden(Path out) throws IOException {
    try (Stream<Path> files = Files.list(out)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith("."))
          .toList();
    }
  }
}
