// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

import io.cardinal.testing.Golden;
import io.cardinal.testing.Tar;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Feeds bad files to the decoder, in a process of its own: native code could take the process with
 * it, and libjpeg writes a line to standard error for each file that it complains of.
 *
 * <p>Prints one line of counts, and {@code BUG} lines for whatever is neither an answer nor an
 * {@link ImageException}; the bytes of such a file are kept beside the build's other files.
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

  /** Of a truncated file every length up to here is tried, then steps. */
  private static final int HEAD = 4096;

  private static final int STEP = 997;

  /** Twenty times what a file may take: a guard against hanging, no measurement. */
  private static final long HANGING_NANOS = 40_000_000_000L;

  private static final AtomicInteger BUGS = new AtomicInteger();

  private final ImageDecoder decoder;
  private final Map<String, Integer> counts = new TreeMap<>();
  private volatile String current = "";
  private volatile long begun;
  private volatile boolean isDone;

  private Hostile(ImageDecoder decoder) {
    this.decoder = decoder;
    counts.put("answers", 0);
    counts.put("refusals", 0);
  }

  /**
   * {@code mutate FOLDER SEED COUNT THREADS}, {@code truncate FOLDER SEED ONE_OF}, {@code answers
   * TAR OUT} or {@code leak FOLDER ROUNDS}.
   */
  public static void main(String[] arguments) throws InterruptedException {
    Hostile hostile = new Hostile(ImageDecoder.standard());
    hostile.watch();
    Path source = Path.of(arguments[1]);
    switch (arguments[0]) {
      case "mutate" -> hostile.mutateOnThreads(source, arguments);
      case "truncate" ->
          hostile.truncate(source, Long.parseLong(arguments[2]), Integer.parseInt(arguments[3]));
      case "answers" -> hostile.answer(source, Path.of(arguments[2]));
      case "leak" -> hostile.leak(source, Integer.parseInt(arguments[2]));
      default -> throw new IllegalArgumentException(arguments[0]);
    }
    hostile.counts.put("bugs", BUGS.get());
    System.out.println(
        hostile.counts.toString().replace("{", "").replace("}", "").replace("=", " "));
  }

  /** Each thread has its share of the mutations, and a seed of its own that follows from ours. */
  private void mutateOnThreads(Path folder, String[] arguments) throws InterruptedException {
    long seed = Long.parseLong(arguments[2]);
    int count = Integer.parseInt(arguments[3]);
    int threads = Integer.parseInt(arguments[4]);
    ImageDecoder small = ImageDecoder.standard().withMaxPixels(4_000_000);
    isDone = true; // the others watch themselves
    List<Hostile> all = new ArrayList<>();
    List<Thread> started = new ArrayList<>();
    for (int t = 0; t < threads; t++) {
      Hostile each = new Hostile(small);
      long own = seed + t;
      int share = count / threads + (t < count % threads ? 1 : 0);
      all.add(each);
      started.add(new Thread(() -> each.mutate(folder, own, share), "mutate-" + t));
    }
    started.forEach(Thread::start);
    for (Thread each : started) {
      each.join();
    }
    all.forEach(each -> each.counts.forEach((what, n) -> counts.merge(what, n, Integer::sum)));
  }

  /** Ends the process, naming the file, if one takes far too long. */
  private void watch() {
    begun = System.nanoTime();
    Thread watch =
        new Thread(
            () -> {
              while (isDone || System.nanoTime() - begun < HANGING_NANOS) {
                try {
                  Thread.sleep(500);
                } catch (InterruptedException e) {
                  return;
                }
              }
              System.out.println("BUG hanging at " + current);
              Runtime.getRuntime().halt(1);
            },
            "watch");
    watch.setDaemon(true);
    watch.start();
  }

  private void mutate(Path folder, long seed, int count) {
    watch();
    List<Map.Entry<String, byte[]>> files = new ArrayList<>(Samples.undamaged(folder).entrySet());
    files.removeIf(file -> file.getValue().length > 30_000);
    Random random = new Random(seed);
    for (int i = 0; i < count; i++) {
      Map.Entry<String, byte[]> file = files.get(random.nextInt(files.size()));
      byte[] other = files.get(random.nextInt(files.size())).getValue();
      feed(file.getKey() + " mutation " + i, Mutation.of(file.getValue(), other, random));
    }
    isDone = true;
  }

  /**
   * A file cut short is refused, or its picture is the whole one: never a part of it.
   *
   * @param oneOf of how many lengths one is tried, chosen by the seed
   */
  private void truncate(Path folder, long seed, int oneOf) {
    Random random = new Random(seed);
    Samples.undamaged(folder)
        .forEach(
            (name, file) -> {
              Pixels picture = feed(name, file);
              if (picture == null) {
                return; // of a sort that is refused by name
              }
              count("files");
              byte[] whole = picture.rgb();
              for (int length = 0; length < file.length; length += length < HEAD ? 1 : STEP) {
                if (random.nextInt(oneOf) > 0) {
                  continue;
                }
                Pixels pixels = feed(name + " cut to " + length, Arrays.copyOf(file, length));
                if (pixels != null && !Arrays.equals(pixels.rgb(), whole)) {
                  bug(name + " cut to " + length + " gives another picture", null, file);
                }
              }
            });
  }

  /**
   * Writes a line for each file of a tar: name, kind, outcome, sizes, digest of the pixels,
   * milliseconds, bytes on the heap, bytes outside, and the bytes that were to be expected.
   */
  private void answer(Path tar, Path out) {
    StringBuilder lines = new StringBuilder();
    Tar.forEach(
        tar,
        (name, file) -> {
          long expected = decoder.decodingNeed(file).bytes();
          ProcessMemory.resetPeak();
          long resident = ProcessMemory.resident();
          long heap = ProcessMemory.allocated();
          long start = System.nanoTime();
          String outcome;
          String answer = "0\t0\t-";
          try {
            Pixels pixels = decoder.decode(file);
            outcome = "ANSWER";
            answer = pixels.width() + "\t" + pixels.height() + "\t" + Golden.sha256(pixels.rgb());
          } catch (ImageException e) {
            outcome = e.reason().name();
          }
          long nanos = System.nanoTime() - start;
          heap = ProcessMemory.allocated() - heap;
          long outside = ProcessMemory.peak() - resident;
          lines.append(
              String.join(
                  "\t",
                  name,
                  ImageKind.of(file).map(ImageKind::title).orElse("none"),
                  outcome,
                  answer,
                  nanos / 1_000_000 + "",
                  heap + "",
                  outside + "",
                  expected + "\n"));
          feed(name, file);
          count(outcome);
        });
    try {
      Files.writeString(out, lines);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
        System.out.println("before " + (ProcessMemory.resident() >> 10));
      }
      for (byte[] file : files) {
        begun = System.nanoTime();
        try {
          decoder.decode(file);
          count("answers");
        } catch (ImageException e) {
          count("refusals");
        }
      }
    }
    System.out.println("after " + (ProcessMemory.resident() >> 10));
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

  private @Nullable Pixels feed(String name, byte[] file) {
    current = name;
    begun = System.nanoTime();
    try {
      Pixels pixels = decoder.decode(file);
      decoder.withExifOrientation(true).decode(file);
      SMALL.tensor(pixels);
      count("answers");
      return pixels;
    } catch (ImageException e) {
      count("refusals");
      if (e.getMessage().chars().anyMatch(Character::isISOControl)) {
        bug(name + " has a message of several lines", e, file);
      }
    } catch (RuntimeException | Error e) {
      bug(name, e, file);
    }
    return null;
  }

  private void count(String what) {
    counts.merge(what, 1, Integer::sum);
  }

  private void bug(String name, @Nullable Throwable cause, byte[] file) {
    Path kept = Path.of("target", "hostile-bug-" + BUGS.incrementAndGet());
    System.out.println("BUG " + name + " " + cause + ", kept as " + kept);
    try {
      Files.write(kept, file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
