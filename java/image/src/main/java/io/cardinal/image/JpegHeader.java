// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

import java.util.Arrays;
import java.util.List;

/**
 * What the markers of a JPEG file say.
 *
 * @param width pixels a row, 1 to 65535
 * @param height rows, 1 to 65535
 * @param factors the sampling factors of each of its 1, 3 or 4 components
 * @param process the code of its frame marker, which names the coding
 * @param scans 1 to {@link JpegMarkers#MAX_SCANS}
 * @param partial whether a scan has some of the components only
 * @param interrupted whether other markers than restarts stand between its first scan and its end
 * @param jfif whether a JFIF marker stands before the first scan
 * @param adobe the colour transform of an Adobe marker before the first scan, or -1
 * @param applicationMarkers where the codes of all application markers are
 * @param length bytes up to and with the end marker; what follows is ignored
 */
@SuppressWarnings("ArrayRecordComponent") // internal, never compared
record JpegHeader(
    int width,
    int height,
    List<Factors> factors,
    int process,
    int scans,
    boolean partial,
    boolean interrupted,
    boolean jfif,
    int adobe,
    int[] applicationMarkers,
    int length) {
  private static final byte COMMENT = (byte) 0xfe;

  private static final int PROGRESSIVE = 0xc2;
  private static final int LOSSLESS = 0xc3;
  private static final int FIRST_ARITHMETIC = 0xc9;

  /** Sampling factors of a component, 1 to 4. */
  record Factors(int across, int down) {}

  int components() {
    return factors.size();
  }

  /** Whether the samples are coded as a DCT with Huffman's codes, all at once or progressively. */
  boolean isOrdinary() {
    return process < FIRST_ARITHMETIC && process != LOSSLESS;
  }

  boolean isProgressive() {
    return process == PROGRESSIVE;
  }

  /** Whether there are three components that a marker before the first scan calls YCbCr. */
  boolean isMarkedYcbcr() {
    return components() == Pixels.CHANNELS && (jfif || adobe == 1);
  }

  /** Whether the first component has at most these factors, and all others have 1 x 1. */
  boolean hasFactorsUpTo(int most) {
    Factors first = factors.get(0);
    return first.across <= most
        && first.down <= most
        && factors.stream().skip(1).allMatch(new Factors(1, 1)::equals);
  }

  /** Whether four components are YCCK and not CMYK. */
  boolean isYcck() {
    return adobe > 0;
  }

  /** Whether a component has all columns, and one row for two. */
  boolean hasHalfTheRows(int component) {
    int across = factors.stream().mapToInt(Factors::across).max().orElse(1);
    int down = factors.stream().mapToInt(Factors::down).max().orElse(1);
    Factors own = factors.get(component);
    return own.across == across && own.down * 2 == down;
  }

  /** A copy of the file that states no colours: all application markers are comments. */
  byte[] withoutApplicationMarkers(byte[] file) {
    byte[] copy = Arrays.copyOf(file, length);
    for (int at : applicationMarkers) {
      copy[at] = COMMENT;
    }
    return copy;
  }
}
