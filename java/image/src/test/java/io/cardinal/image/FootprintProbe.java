// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Decodes pictures of each kind, small and large, and prints the memory that was stated on the heap
 * and outside, that was allocated on the heap, and that the process grew by at its peak; its heap
 * must be there from the start.
 */
final class FootprintProbe {
  private static final int WIDTH = 4_000;
  private static final int HEIGHT = 1_900;
  private static final int PIXELS = WIDTH * HEIGHT;

  private FootprintProbe() {}

  /** {@code FOLDER}: that of the golden pictures. */
  public static void main(String[] arguments) {
    Map<String, byte[]> small = Samples.undamaged(Path.of(arguments[0]));
    small.values().forEach(FootprintProbe::attempt); // loads what is loaded once
    small.forEach(FootprintProbe::measure);
    files(Path.of(arguments[0])).forEach(FootprintProbe::measure);
  }

  /** The JPEGs of every sort, stretched: libjpeg makes up what is missing. */
  private static Map<String, byte[]> files(Path folder) {
    Map<String, byte[]> files = new LinkedHashMap<>();
    Samples.undamaged(folder)
        .forEach(
            (name, file) -> {
              if (name.matches("jpeg-(420-q75|444-q75|own|progressive|cmyk|grey|rgb).*")
                  && JpegMarkers.readHead(file, Bloated.LIMITS).process() < 0xc3) {
                files.put(name, Bloated.withSize(file, WIDTH, HEIGHT));
              }
            });
    byte[] grey = Samples.read(folder.resolve("jpeg-grey.jpg"));
    byte[] strip = Bloated.withSize(grey, WIDTH, HEIGHT);
    Tiffs strips = Tiffs.grey(WIDTH, HEIGHT, TiffHeader.JPEG, strip.length);
    files.put("jpeg.tif", strips.file(strip));
    files.put("grey.png", Bloated.png(WIDTH, HEIGHT, 0, PIXELS + HEIGHT));
    files.put("rgba.png", Bloated.png(WIDTH, HEIGHT, 6, 4 * PIXELS + HEIGHT));
    files.put("lossless.webp", Encoder.webp(WIDTH, HEIGHT, true, 3));
    files.put("lossless-alpha.webp", Encoder.webp(WIDTH, HEIGHT, true, 4));
    files.put("lossy.webp", Encoder.webp(WIDTH, HEIGHT, false, 3));
    files.put("lossy-alpha.webp", Encoder.webp(WIDTH, HEIGHT, false, 4));
    byte[] gif = Samples.read(folder.resolve("gif-frame-inside-screen.gif"));
    Bloated.put32(gif, 6, HEIGHT << 16 | WIDTH);
    files.put("canvas.gif", gif);
    files.put(
        "stored.tif", Tiffs.grey(WIDTH, HEIGHT, TiffHeader.NONE, PIXELS).file(new byte[PIXELS]));
    byte[] zeros = Bloated.deflate(new byte[PIXELS]);
    Tiffs deflated = Tiffs.grey(WIDTH, HEIGHT, TiffHeader.DEFLATE, zeros.length);
    files.put("deflate.tif", deflated.file(zeros));
    files.put("turned.tif", deflated.with(TiffDirectory.ORIENTATION, 6).file(zeros));
    byte[] bmp = Arrays.copyOf(Samples.read(folder.resolve("bmp-24.bmp")), 54 + 3 * PIXELS);
    Bloated.put32(bmp, 18, WIDTH);
    Bloated.put32(bmp, 22, HEIGHT);
    files.put("24.bmp", bmp);
    return files;
  }

  private static void measure(String name, byte[] file) {
    DecodingNeed stated = ImageDecoder.standard().decodingNeed(file);
    System.gc();
    ProcessMemory.resetPeak();
    long resident = ProcessMemory.resident();
    long heap = ProcessMemory.allocated();
    String outcome = attempt(file);
    heap = ProcessMemory.allocated() - heap;
    long outside = Math.max(0, ProcessMemory.peak() - resident);
    System.out.println(
        String.join(
            "\t",
            name,
            stated.heapBytes() + "",
            stated.nativeBytes() + "",
            heap + "",
            outside + "",
            outcome));
  }

  private static String attempt(byte[] file) {
    try {
      return ImageDecoder.standard().decode(file).toString();
    } catch (ImageException e) {
      return e.getMessage(); // after it took what it takes
    }
  }
}
