// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

import io.cardinal.image.JpegHeader.Factors;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Walks the markers of a JPEG file from the first to the end marker, so that native code sees only
 * files that are complete, of a known process, and within the limits.
 *
 * <p>Markers are found as libjpeg finds them (ITU-T T.81, B.1.1.2): bytes that are no marker are
 * passed over, fill bytes too, segments are skipped by their length, and entropy-coded data ends at
 * the next marker that is neither a stuffed zero nor a restart.
 */
final class JpegMarkers {
  /** Scans of one file; real progressive files have about ten. */
  static final int MAX_SCANS = 100;

  /** Pixels times scans, for files of more than one scan. */
  static final long MAX_WORK = 400_000_000;

  private static final int SOF0 = 0xc0;
  private static final int DHT = 0xc4;
  private static final int JPG = 0xc8;
  private static final int DAC = 0xcc;
  private static final int RST0 = 0xd0;
  private static final int RST7 = 0xd7;
  private static final int SOI = 0xd8;
  private static final int EOI = 0xd9;
  private static final int SOS = 0xda;
  private static final int DHP = 0xde;
  private static final int EXP = 0xdf;
  private static final int APP0 = 0xe0;
  private static final int APP14 = 0xee;
  private static final int APP15 = 0xef;
  private static final int COM = 0xfe;
  private static final int TEM = 0x01;

  /** Marker and length. */
  private static final int SEGMENT_HEADER = 4;

  private static final String ADOBE = "Adobe";
  private static final String JFIF = "JFIF\0";
  private static final int JFIF_LENGTH = 14;

  private final byte[] file;
  private final Limits limits;
  private int position = 2;
  private int width;
  private int height;
  private int process;
  private int scans;
  private boolean partial;
  private boolean jfif;
  private boolean interrupted;
  private int adobe = -1;
  private long ancillary;
  private final List<Factors> factors = new ArrayList<>();
  private final IntStream.Builder applicationMarkers = IntStream.builder();

  private JpegMarkers(byte[] file, Limits limits) {
    this.file = file;
    this.limits = limits;
  }

  /**
   * Walks a file that begins with a start marker.
   *
   * @throws ImageException if it is not one to decode
   */
  static JpegHeader read(byte[] file, Limits limits) {
    return new JpegMarkers(file, limits).walk(Integer.MAX_VALUE);
  }

  /** The same up to the first scan, as if that were the end: what a picture's size needs. */
  static JpegHeader readHead(byte[] file, Limits limits) {
    return new JpegMarkers(file, limits).walk(1);
  }

  private JpegHeader walk(int lastScan) {
    for (int marker = nextMarker(); marker != EOI; marker = nextMarker()) {
      visit(marker);
      if (scans >= lastScan) {
        break;
      }
    }
    if (scans == 0) {
      throw Refusal.corrupt(ImageKind.JPEG, "a scan before the end marker", "none");
    }
    return new JpegHeader(
        width,
        height,
        List.copyOf(factors),
        process,
        scans,
        partial,
        interrupted,
        jfif,
        adobe,
        applicationMarkers.build().toArray(),
        position);
  }

  private void visit(int marker) {
    boolean restart = marker >= RST0 && marker <= RST7;
    interrupted |= scans > 0 && !restart;
    if (marker == TEM || restart) {
      return;
    }
    if (marker == SOI) {
      throw Refusal.corrupt(ImageKind.JPEG, "one start marker", "a second one");
    }
    if (marker < SOF0 || (marker > APP15 && marker != COM)) {
      if (scans == 0) {
        throw Refusal.corrupt(ImageKind.JPEG, "a known marker", "marker " + name(marker));
      }
      return; // nonsense inside a scan: the decoder has the last word
    }
    if (marker == DHP || marker == EXP) {
      throw unsupportedProcess("hierarchical coding");
    }
    int start = position + 2;
    int end = skipSegment();
    if (marker >= APP0) { // or a comment, which is the last of all
      ancillary += end - start + SEGMENT_HEADER;
      Limits.checkAncillary(ImageKind.JPEG, ancillary);
    }
    if (marker == SOS) {
      partial |= start < end && (file[start] & 0xff) < factors.size();
      countScan();
    } else if (marker >= APP0 && marker <= APP15) {
      applicationMarkers.add(start - 3);
      if (marker == APP14 && scans == 0) {
        readAdobe(start, end);
      } else if (marker == APP0 && scans == 0) {
        jfif |= end - start >= JFIF_LENGTH && startsWith(start, JFIF);
      }
    } else if (marker <= 0xcf && marker != DHT && marker != DAC) {
      readFrame(marker, start, end);
    }
  }

  /** Leaves {@link #position} after the segment and returns that. */
  private int skipSegment() {
    if (position + 2 > file.length) {
      throw truncated();
    }
    int length = Bytes.big16(file, position);
    if (length < 2) {
      throw Refusal.corrupt(ImageKind.JPEG, "a segment of at least 2 bytes", length + " bytes");
    }
    if (length > file.length - position) {
      throw truncated();
    }
    position += length;
    return position;
  }

  private void readAdobe(int start, int end) {
    if (end - start >= ADOBE.length() + 7 && startsWith(start, ADOBE)) {
      adobe = file[start + ADOBE.length() + 6] & 0xff;
    }
  }

  private boolean startsWith(int start, String name) {
    return name.equals(new String(file, start, name.length(), StandardCharsets.ISO_8859_1));
  }

  private void readFrame(int marker, int start, int end) {
    checkProcess(marker);
    process = marker;
    if (!factors.isEmpty()) {
      throw Refusal.corrupt(ImageKind.JPEG, "one frame header", "a second one");
    }
    if (end - start < 6) {
      throw Refusal.corrupt(ImageKind.JPEG, "a frame header", (end - start) + " bytes");
    }
    int precision = file[start] & 0xff;
    if (precision != 8) {
      throw Refusal.unsupported(ImageKind.JPEG, "8 bits a sample", precision + " bits");
    }
    height = Bytes.big16(file, start + 1);
    width = Bytes.big16(file, start + 3);
    if (width == 0 || height == 0) {
      throw Refusal.corrupt(
          ImageKind.JPEG, "a picture of at least 1 x 1 pixels", width + " x " + height);
    }
    limits.checkPixels(ImageKind.JPEG, width, height);
    readComponents(start + 5, end);
  }

  private void readComponents(int start, int end) {
    int count = file[start] & 0xff;
    if (count != 1 && count != 3 && count != 4) {
      throw Refusal.unsupported(ImageKind.JPEG, "1, 3 or 4 components", count + " components");
    }
    if (end - start != 1 + 3 * count) {
      throw Refusal.corrupt(
          ImageKind.JPEG, "a frame header of " + count + " components", (end - start) + " bytes");
    }
    for (int i = 0; i < count; i++) {
      int stated = file[start + 2 + 3 * i] & 0xff;
      int across = stated >> 4;
      int down = stated & 15;
      if (across < 1 || across > 4 || down < 1 || down > 4) {
        throw Refusal.corrupt(
            ImageKind.JPEG, "sampling factors from 1 to 4", across + " x " + down);
      }
      factors.add(new Factors(across, down));
    }
  }

  /**
   * Decodable are baseline, extended and progressive, with Huffman or arithmetic coding, and
   * lossless with Huffman coding.
   */
  private static void checkProcess(int marker) {
    switch (marker) {
      case 0xc0, 0xc1, 0xc2, 0xc3, 0xc9, 0xca -> {}
      case 0xcb -> throw unsupportedProcess("lossless coding");
      case JPG -> throw unsupportedProcess("a JPEG extension");
      default -> throw unsupportedProcess("hierarchical coding");
    }
  }

  private void countScan() {
    if (factors.isEmpty()) {
      throw Refusal.corrupt(ImageKind.JPEG, "a frame header before the first scan", "none");
    }
    scans++;
    if (scans > MAX_SCANS) {
      throw Refusal.tooMuchWork(ImageKind.JPEG, "at most " + MAX_SCANS + " scans", "more");
    }
    long work = (long) width * height * scans;
    if (scans > 1 && work > MAX_WORK) {
      throw Refusal.tooMuchWork(
          ImageKind.JPEG,
          "pixels times scans of at most " + MAX_WORK,
          width + " x " + height + " pixels in " + scans + " scans or more");
    }
  }

  private int nextMarker() {
    while (true) {
      while (position < file.length && file[position] != (byte) 0xff) {
        position++;
      }
      while (position < file.length && file[position] == (byte) 0xff) {
        position++;
      }
      if (position >= file.length) {
        throw truncated();
      }
      int code = file[position++] & 0xff;
      if (code != 0) {
        return code;
      }
    }
  }

  private ImageException truncated() {
    String expected = scans == 0 ? "a frame, a scan and an end marker" : "an end marker (ff d9)";
    return Refusal.truncated(ImageKind.JPEG, expected, file.length);
  }

  private static ImageException unsupportedProcess(String found) {
    return Refusal.unsupported(ImageKind.JPEG, "baseline or progressive coding", found);
  }

  private static String name(int marker) {
    return "ff " + HexFormat.of().toHexDigits((byte) marker);
  }
}
