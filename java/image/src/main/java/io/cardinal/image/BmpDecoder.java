// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads BMP pictures of every sort with Pillow's rules for what the format leaves open.
 *
 * <p>Pillow's rules: the fourth byte of 32 bits is dropped; a palette that is the grey ramp is left
 * away, and then the samples have 8 bits, or 1 with at most two colours, whatever the header says;
 * an index beyond the palette is black; five and six bits are stretched to 255, rounded down.
 */
final class BmpDecoder {
  /** Masks of red, green, blue, alpha to the places of red, green, blue in four bytes. */
  private static final Map<String, int[]> PLACES =
      Map.of(
          "ff0000 ff00 ff 0", new int[] {2, 1, 0},
          "ff000000 ff0000 ff00 0", new int[] {3, 2, 1},
          "ff000000 ff00 ff 0", new int[] {3, 1, 0},
          "ff000000 ff0000 ff00 ff", new int[] {3, 2, 1},
          "ff ff00 ff0000 ff000000", new int[] {0, 1, 2},
          "ff0000 ff00 ff ff000000", new int[] {2, 1, 0},
          "ff000000 ff00 ff ff0000", new int[] {3, 1, 0},
          "0 0 0 0", new int[] {2, 1, 0});

  private static final int[] BLUE_FIRST = {2, 1, 0};

  private final byte[] file;
  private final BmpHeader header;

  private BmpDecoder(byte[] file, BmpHeader header) {
    this.file = file;
    this.header = header;
  }

  /**
   * Decodes a file that {@link ImageKind} calls a BMP.
   *
   * @throws ImageException if it is refused
   */
  static Pixels decode(byte[] file, Limits limits) {
    return new BmpDecoder(file, BmpHeader.read(file, limits)).decode();
  }

  private Pixels decode() {
    if (header.compression() == BmpHeader.MASKS && header.bits() <= 8) {
      throw unsupportedMasks();
    }
    Levels levels = header.bits() <= 8 ? levels() : null;
    boolean runs =
        header.compression() == BmpHeader.RUNS_OF_8 || header.compression() == BmpHeader.RUNS_OF_4;
    byte[] rgb = runs ? runs(levels) : rows(levels);
    return new Pixels(header.width(), header.height(), rgb);
  }

  /** Palette or grey ramp. */
  private Levels levels() {
    int colours = (int) header.colours();
    int bytes = header.colourBytes();
    int there = Math.max(0, Math.min(colours * bytes, file.length - header.paletteAt()));
    if (isGreyRamp(colours, there)) {
      return colours <= 2 ? Levels.of(1, blackAndWhite()) : Levels.of(8, Levels.greys(8, false));
    }
    int entries = there / bytes;
    if (entries > Levels.COLOURS) {
      throw Refusal.corrupt(ImageKind.BMP, "a palette of at most 256 colours", entries + "");
    }
    byte[] table = new byte[Levels.TABLE_LENGTH];
    for (int i = 0; i < entries; i++) {
      int from = header.paletteAt() + i * bytes;
      table[3 * i] = file[from + 2];
      table[3 * i + 1] = file[from + 1];
      table[3 * i + 2] = file[from];
    }
    return Levels.of(header.bits(), table);
  }

  /** All but 0 is white: run lengths may give more than 1. */
  private static byte[] blackAndWhite() {
    byte[] table = new byte[Levels.TABLE_LENGTH];
    Arrays.fill(table, Pixels.CHANNELS, table.length, (byte) 255);
    return table;
  }

  private boolean isGreyRamp(int colours, int there) {
    for (int i = 0; i < colours; i++) {
      int at = i * header.colourBytes();
      if (at + 3 > there) {
        return false;
      }
      byte grey = (byte) (colours == 2 && i == 1 ? 255 : i);
      int from = header.paletteAt() + at;
      if (file[from] != grey || file[from + 1] != grey || file[from + 2] != grey) {
        return false;
      }
    }
    return true;
  }

  private long dataAt() {
    if (header.dataAt() != 0) {
      return header.dataAt();
    }
    long palette = header.bits() <= 8 ? header.colours() * header.colourBytes() : 0;
    return Math.min(file.length, header.paletteAt() + palette);
  }

  private byte[] rows(@Nullable Levels levels) {
    int bits = levels == null ? header.bits() : levels.bits();
    long stride = ((long) header.width() * header.bits() + 31) / 32 * 4;
    long needed = ((long) header.width() * bits + 7) / 8;
    if (needed > stride) {
      throw Refusal.corrupt(
          ImageKind.BMP, "a palette of other colours than greys", "a grey one for 8 bits a pixel");
    }
    if (dataAt() + (header.height() - 1) * stride + needed > file.length) {
      throw Refusal.truncated(
          ImageKind.BMP, header.height() + " rows of " + stride + " bytes", file.length);
    }
    int[] places = levels == null && header.bits() >= 24 ? places() : BLUE_FIRST;
    boolean sixGreens = levels == null && header.bits() == 16 && sixGreens();
    byte[] rgb = new byte[header.width() * header.height() * Pixels.CHANNELS];
    for (int i = 0; i < header.height(); i++) {
      int from = (int) (dataAt() + i * stride);
      int to = rowAt(i);
      if (levels != null) {
        levels.unpack(file, from, rgb, to, header.width(), Pixels.CHANNELS);
      } else if (header.bits() == 16) {
        unpackWords(from, rgb, to, sixGreens);
      } else {
        unpackBytes(from, rgb, to, places);
      }
    }
    return rgb;
  }

  /** Where the row stored as number {@code i} goes. */
  private int rowAt(int i) {
    int y = header.topDown() ? i : header.height() - 1 - i;
    return y * header.width() * Pixels.CHANNELS;
  }

  private int[] places() {
    if (header.compression() != BmpHeader.MASKS) {
      return BLUE_FIRST;
    }
    long alpha = header.bits() == 24 ? 0 : header.masks()[3];
    int[] places = PLACES.get(masks(alpha));
    if (places == null || (header.bits() == 24 && places != PLACES.get("ff0000 ff00 ff 0"))) {
      throw unsupportedMasks();
    }
    return places;
  }

  /** Whether the words are 5-6-5 and not 5-5-5. */
  private boolean sixGreens() {
    if (header.compression() != BmpHeader.MASKS) {
      return false;
    }
    return switch (masks(0)) {
      case "f800 7e0 1f 0" -> true;
      case "7c00 3e0 1f 0" -> false;
      default -> throw unsupportedMasks();
    };
  }

  private String masks(long alpha) {
    long[] masks = header.masks();
    return LongStream.of(masks[0], masks[1], masks[2], alpha)
        .mapToObj(Long::toHexString)
        .collect(Collectors.joining(" "));
  }

  private void unpackBytes(int from, byte[] rgb, int to, int[] places) {
    int pixel = header.bits() / 8;
    int source = from;
    int end = to + header.width() * Pixels.CHANNELS;
    for (int target = to; target < end; target += Pixels.CHANNELS) {
      rgb[target] = file[source + places[0]];
      rgb[target + 1] = file[source + places[1]];
      rgb[target + 2] = file[source + places[2]];
      source += pixel;
    }
  }

  private void unpackWords(int from, byte[] rgb, int to, boolean sixGreens) {
    int greenMask = sixGreens ? 63 : 31;
    int redShift = sixGreens ? 11 : 10;
    for (int x = 0; x < header.width(); x++) {
      int word = Bytes.little16(file, from + 2 * x);
      int target = to + x * Pixels.CHANNELS;
      rgb[target] = (byte) ((word >> redShift & 31) * 255 / 31);
      rgb[target + 1] = (byte) ((word >> 5 & greenMask) * 255 / greenMask);
      rgb[target + 2] = (byte) ((word & 31) * 255 / 31);
    }
  }

  private byte[] runs(@Nullable Levels levels) {
    if (levels == null) {
      throw Refusal.corrupt(
          ImageKind.BMP,
          "run lengths of at most 8 bits a pixel",
          "run lengths of " + header.bits() + " bits");
    }
    byte[] indexes =
        BmpRuns.decode(
            file,
            dataAt(),
            header.width(),
            header.height(),
            header.compression() == BmpHeader.RUNS_OF_4);
    Levels bytes = Levels.of(8, levels.table());
    byte[] rgb = new byte[indexes.length * Pixels.CHANNELS];
    for (int i = 0; i < header.height(); i++) {
      bytes.unpack(indexes, i * header.width(), rgb, rowAt(i), header.width(), Pixels.CHANNELS);
    }
    return rgb;
  }

  private ImageException unsupportedMasks() {
    return Refusal.unsupported(
        ImageKind.BMP,
        "bit masks that Pillow knows",
        "masks " + masks(header.masks()[3]) + " of " + header.bits() + " bits");
  }
}
