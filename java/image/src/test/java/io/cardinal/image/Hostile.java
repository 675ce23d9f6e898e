// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

import io.cardinal.testing.Tar;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Feeds bad files to the decoder, in a process of its own: native code could take the process with
 * it, and libjpeg writes a line to standard error for each file that it complains of.
 *
 * <p>Prints one line of counts, and {@code BUG} lines for whatever is neither an answer nor an
 * {@link ImageException}.
 */
final class Hostile {
  private static final Preprocessor SMALL =
      Preprocessor.timm(
          Interpolation.BICUBIC,
          32,
          32,
          0.95,
          CropMode.CENTER,
          new float[] {0, 0, 0},
          new float[] {1, 1, 1});

  /** Cut at every byte: some files of each kind are smaller. */
  private static final int SMALL_FILE = 2500;

  private final ImageDecoder decoder;
  private int answers;
  private int refusals;
  private int bugs;

  private Hostile(ImageDecoder decoder) {
    this.decoder = decoder;
  }

  /**
   * {@code mutate FOLDER SEED COUNT}, {@code truncate FOLDER}, {@code tar FILE} or {@code leak}.
   */
  public static void main(String[] arguments) {
    Hostile hostile =
        new Hostile(
            arguments[0].equals("mutate")
                ? ImageDecoder.standard().withMaxPixels(4_000_000)
                : ImageDecoder.standard());
    switch (arguments[0]) {
      case "mutate" ->
          hostile.mutate(
              Path.of(arguments[1]), Long.parseLong(arguments[2]), Integer.parseInt(arguments[3]));
      case "truncate" -> hostile.truncate(Path.of(arguments[1]));
      case "tar" -> Tar.forEach(Path.of(arguments[1]), hostile::feed);
      case "leak" -> hostile.leak(Path.of(arguments[1]), Integer.parseInt(arguments[2]));
      default -> throw new IllegalArgumentException(arguments[0]);
    }
    System.out.println(
        "answers " + hostile.answers + " refusals " + hostile.refusals + " bugs " + hostile.bugs);
  }

  private void mutate(Path folder, long seed, int count) {
    List<Map.Entry<String, byte[]>> files = new ArrayList<>(Samples.undamaged(folder).entrySet());
    files.removeIf(file -> file.getValue().length > 30_000);
    Random random = new Random(seed);
    for (int i = 0; i < count; i++) {
      Map.Entry<String, byte[]> file = files.get(random.nextInt(files.size()));
      feed(file.getKey() + " mutation " + i, Mutation.of(file.getValue(), random));
    }
  }

  /** A file cut short is refused, or its picture is the whole one: never a part of it. */
  private void truncate(Path folder) {
    Samples.undamaged(folder)
        .forEach(
            (name, file) -> {
              if (feed(name, file) == null) {
                return; // of a sort that is refused by name
              }
              byte[] whole = decoder.decode(file).rgb();
              for (int length = 0;
                  length < file.length;
                  length += file.length < SMALL_FILE ? 1 : 61) {
                Pixels pixels = feed(name + " cut to " + length, Arrays.copyOf(file, length));
                if (pixels != null && !Arrays.equals(pixels.rgb(), whole)) {
                  bug(name + " cut to " + length + " gives another picture", null);
                }
              }
            });
  }

  /** Decodes the same few files, good and bad, again and again, and prints the resident size. */
  private void leak(Path folder, int rounds) {
    List<byte[]> files =
        List.of(
            Samples.read(folder.resolve("jpeg-comment.jpg")),
            Samples.read(folder.resolve("jpeg-progressive-420.jpg")),
            Samples.read(folder.resolve("broken/jpeg-noise-in-scan.jpg")),
            withoutTables(Samples.read(folder.resolve("jpeg-420-q75.jpg"))),
            Samples.read(folder.resolve("webp-lossy-alpha.webp")),
            zeroedEnd(Samples.read(folder.resolve("webp-lossless.webp"))),
            Samples.read(folder.resolve("png-rgb8.png")),
            Samples.read(folder.resolve("jpeg-cmyk-adobe-progressive.jpg")),
            Samples.read(folder.resolve("tiff-rgb-jpeg.tif")),
            Samples.read(folder.resolve("tiff-rgb-deflate.tif")),
            Samples.read(folder.resolve("webp-animated.webp")));
    for (int round = 0; round < rounds; round++) {
      if (round == rounds / 4) {
        System.out.println("before " + residentKibibytes());
      }
      for (byte[] file : files) {
        feed("leak", file);
      }
    }
    System.out.println("after " + residentKibibytes());
  }

  /** Turns the quantisation tables into comments: an error that libjpeg meets after allocating. */
  private static byte[] withoutTables(byte[] jpeg) {
    byte[] file = jpeg.clone();
    for (int i = 0; i + 1 < file.length; i++) {
      if (file[i] == (byte) 0xff && file[i + 1] == (byte) 0xdb) {
        file[i + 1] = (byte) 0xfe;
      }
    }
    return file;
  }

  private static byte[] zeroedEnd(byte[] webp) {
    byte[] file = webp.clone();
    Arrays.fill(file, 30, file.length, (byte) 0xa5);
    return file;
  }

  private static long residentKibibytes() {
    String status = new String(Samples.read(Path.of("/proc/self/status")), StandardCharsets.UTF_8);
    return status
        .lines()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .sum();
  }

  private @Nullable Pixels feed(String name, byte[] file) {
    try {
      Pixels pixels = decoder.decode(file);
      decoder.withExifOrientation(true).decode(file);
      SMALL.apply(pixels);
      answers++;
      return pixels;
    } catch (ImageException e) {
      refusals++;
      if (e.getMessage().chars().anyMatch(Character::isISOControl)) {
        bug(name + " has a message of several lines", e);
      }
    } catch (RuntimeException | Error e) {
      bug(name, e);
    }
    return null;
  }

  private void bug(String name, @Nullable Throwable cause) {
    bugs++;
    System.out.println("BUG " + name + " " + cause);
  }
}
