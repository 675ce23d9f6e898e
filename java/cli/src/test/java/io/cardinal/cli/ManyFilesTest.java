// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.cardinal.testing.Scale;
import io.cardinal.testing.Tally;
import java.awt.image.BufferedImage;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * L4: a large folder and a large tar, every tenth file broken, in a small heap: one row for each,
 * in order. A soak has 100,000 files and 256 MiB of heap; each change has a twentieth of the files,
 * and a quarter of the heap.
 */
@DisplayName("L4: many files in a small heap")
class ManyFilesTest {
  private static final int FILES = Scale.of(5_000, 100_000);
  private static final String HEAP = Scale.isSoak() ? "-Xmx256m" : "-Xmx64m";
  private static final int FILES_A_FOLDER = 1_000;
  private static final int ONE_IN = 10;
  private static final long NANOSECONDS_A_FILE = Duration.ofMillis(50).toNanos();
  private static final Pattern PEAK = Pattern.compile("VmHWM:\\s+(\\d+) kB");

  /** Not an image: of no bytes, cut short, or text. */
  private static final int BROKEN_KINDS = 3;

  @TempDir private Path folder;

  private final byte[] image = image();

  @Test
  void shouldGiveARowForEachFileOfALargeFolder() throws Exception {
    Path images = Files.createDirectory(folder.resolve("images"));
    for (int i = 0; i < FILES; i++) {
      Path file = images.resolve(name(i));
      if (i % FILES_A_FOLDER == 0) {
        Files.createDirectory(file.getParent());
      }
      if (isBroken(i) && i / ONE_IN % (BROKEN_KINDS + 1) == BROKEN_KINDS) {
        Files.createSymbolicLink(file, Path.of("nowhere"));
      } else {
        Files.write(file, content(i));
      }
    }
    check(images, "/");
  }

  @Test
  void shouldGiveARowForEachMemberOfALargeTar() throws Exception {
    Path images = folder.resolve("images.tar");
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(Files.newOutputStream(images))) {
      for (int i = 0; i < FILES; i++) {
        TarArchiveEntry entry = new TarArchiveEntry(name(i));
        entry.setSize(content(i).length);
        tar.putArchiveEntry(entry);
        tar.write(content(i));
        tar.closeArchiveEntry();
      }
    }
    check(images, "!");
  }

  private void check(Path images, String separator) throws Exception {
    Path rows = folder.resolve("rows.csv");
    ChildCli child = new ChildCli(folder).option(HEAP);
    long start = System.nanoTime();
    Process process =
        child.start(
            child.command(
                "classify", images, "--input-size", "8", "--format", "csv", "--out", rows));
    long peak = peakOf(process);
    Cli.Result result = child.await(process);
    assertThat(result.exit()).as(result.err()).isEqualTo(ExitCode.SOME_FAILED);
    String expected = FILES + " images, " + FILES / ONE_IN + " failed";
    Optional<String> summary = result.err().lines().filter(l -> l.contains(expected)).findFirst();
    assertThat(summary).as(result.err()).isPresent();
    try (BufferedReader lines = Files.newBufferedReader(rows)) {
      assertThat(lines.readLine()).startsWith("path,status,");
      for (int i = 0; i < FILES; i++) {
        String status = isBroken(i) ? ",failed," : ",ok,";
        assertThat(lines.readLine()).startsWith(images + separator + name(i) + status);
      }
      assertThat(lines.readLine()).isNull();
    }
    System.out.printf(
        Locale.ROOT,
        "L4: %d files of %s in %.1f s with %s, at most %d MiB resident: %s%n",
        FILES,
        images.getFileName(),
        (System.nanoTime() - start) / 1e9,
        HEAP,
        peak >> 10,
        summary.orElseThrow());
    Tally tally = new Tally("L4");
    tally.pass(FILES);
    tally.print();
  }

  /** Waits for the end; gives the most KiB that were resident. */
  private static long peakOf(Process process) throws InterruptedException {
    Path status = Path.of("/proc", Long.toString(process.pid()), "status");
    long peak = 0;
    long start = System.nanoTime();
    while (process.isAlive() && System.nanoTime() - start < FILES * NANOSECONDS_A_FILE) {
      try {
        Matcher matcher = PEAK.matcher(Files.readString(status));
        peak = matcher.find() ? Long.parseLong(matcher.group(1)) : peak; // else it is just ending
      } catch (IOException e) {
        return peak; // it has ended
      }
      Thread.sleep(20);
    }
    return peak;
  }

  private static String name(int index) {
    return String.format(Locale.ROOT, "%03d/%06d.png", index / FILES_A_FOLDER, index);
  }

  private static boolean isBroken(int index) {
    return index % ONE_IN == 3;
  }

  private byte[] content(int index) {
    return !isBroken(index)
        ? image
        : switch (index / ONE_IN % BROKEN_KINDS) {
          case 0 -> new byte[0];
          case 1 -> Arrays.copyOf(image, image.length / 2);
          default -> "hello, world\n".getBytes(UTF_8);
        };
  }

  /** A small one, as the network's input is: what is tested is their number. */
  private static byte[] image() {
    BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 8 * 8; i++) {
      image.setRGB(i % 8, i / 8, i * 7919);
    }
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", png);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return png.toByteArray();
  }
}
