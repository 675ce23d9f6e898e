// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

import io.cardinal.testing.Tar;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
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

/**
 * Writes the calls that the decoder makes of the native libraries, for {@code src/test/native}: of
 * each JPEG and WebP what {@link Leptonica} or {@link LibTiff} would be given. Beside them the
 * files that are refused after their size is known, which the libraries never see: they may be weak
 * where a check of ours stands before them, and then it is to be known.
 *
 * <p>A call is a letter (J and W for leptonica, T for libtiff; j and w where we refuse), width,
 * height, components, length as big-endian numbers of four bytes, and the bytes.
 */
final class NativeCalls {
  private static final Limits LIMITS = new Limits(1 << 28, 1_000_000);

  private final DataOutputStream out;
  private final Map<Character, Integer> counts = new TreeMap<>();

  private NativeCalls(DataOutputStream out) {
    this.out = out;
  }

  /** {@code OUT FOLDER SEED ONE_OF MUTATIONS [TAR...]}. */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[1]);
    Random random = new Random(Long.parseLong(arguments[2]));
    int oneOf = Integer.parseInt(arguments[3]);
    int mutations = Integer.parseInt(arguments[4]);
    try (DataOutputStream out =
        new DataOutputStream(
            new BufferedOutputStream(Files.newOutputStream(Path.of(arguments[0]))))) {
      NativeCalls calls = new NativeCalls(out);
      for (int i = 5; i < arguments.length; i++) {
        Tar.forEach(Path.of(arguments[i]), (name, file) -> calls.write(file));
      }
      List<byte[]> files = new ArrayList<>();
      Samples.undamaged(folder)
          .forEach(
              (name, file) -> {
                if (name.startsWith("jpeg-") || name.startsWith("webp-")) {
                  files.add(file);
                }
              });
      List<byte[]> webps = files.stream().filter(NativeCalls::isWebp).toList();
      for (byte[] file : files) {
        calls.write(file);
        for (int length = 1; length < file.length; length++) {
          if (random.nextInt(oneOf) == 0) {
            calls.write(Arrays.copyOf(file, length));
            calls.write(withEnd(file, length));
          }
        }
      }
      for (int i = 0; i < mutations; i++) {
        List<byte[]> some = random.nextBoolean() ? files : webps;
        byte[] file = some.get(random.nextInt(some.size()));
        calls.write(Mutation.of(file, files.get(random.nextInt(files.size())), random));
      }
      System.out.println(calls.counts);
    }
  }

  /** A JPEG cut short, with an end marker all the same, so that it gets past ours. */
  private static byte[] withEnd(byte[] file, int length) {
    byte[] cut = Arrays.copyOf(file, length + 2);
    cut[length] = (byte) 0xff;
    cut[length + 1] = (byte) 0xd9;
    return cut;
  }

  private static boolean isWebp(byte[] file) {
    return ImageKind.of(file).filter(ImageKind.WEBP::equals).isPresent();
  }

  private void write(byte[] file) {
    try {
      if (isWebp(file)) {
        writeWebp(file);
      } else if (ImageKind.of(file).filter(ImageKind.JPEG::equals).isPresent()) {
        writeJpeg(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void writeJpeg(byte[] file) throws IOException {
    JpegHeader header;
    try {
      header = JpegMarkers.read(file, LIMITS);
    } catch (ImageException e) {
      writeRefused(file);
      return;
    }
    byte[] used = Arrays.copyOf(file, header.length());
    if (header.components() == Cmyk.INKS) {
      return; // the JDK's
    }
    write('J', header, used);
    if (LibTiff.takes(header)) {
      ByteArrayOutputStream tiff = new ByteArrayOutputStream();
      tiff.writeBytes(LibTiff.envelope(header));
      tiff.writeBytes(used);
      write('T', header, tiff.toByteArray());
    }
  }

  private void writeRefused(byte[] file) throws IOException {
    try {
      write('j', JpegMarkers.readHead(file, LIMITS), file);
    } catch (ImageException e) {
      counts.merge('-', 1, Integer::sum);
    }
  }

  private void writeWebp(byte[] file) throws IOException {
    try {
      byte[] still = WebpAnimation.is(file) ? WebpAnimation.read(file, LIMITS).still() : file;
      WebpHeader header = WebpHeader.read(still, LIMITS);
      write('W', header.width(), header.height(), Pixels.CHANNELS, still);
    } catch (ImageException e) {
      if (e.reason() == ImageException.Reason.TOO_MANY_PIXELS) {
        counts.merge('-', 1, Integer::sum);
      } else {
        write('w', 1, 1, Pixels.CHANNELS, file);
      }
    }
  }

  private void write(char call, JpegHeader header, byte[] bytes) throws IOException {
    write(call, header.width(), header.height(), header.components(), bytes);
  }

  private void write(char call, int width, int height, int components, byte[] bytes)
      throws IOException {
    counts.merge(call, 1, Integer::sum);
    out.writeByte(call);
    out.writeInt(width);
    out.writeInt(height);
    out.writeInt(components);
    out.writeInt(bytes.length);
    out.write(bytes);
  }
}
