// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

import io.cardinal.image.ImageException.Reason;

/**
 * Pillow's resize, bit for bit, of the part that a crop needs.
 *
 * <p>Two passes over 8-bit samples, each channel alone, the result of the first rounded to 8 bits.
 * A pass whose size does not change is skipped. Up to Pillow 12 the rows are taken first; Pillow 13
 * takes the columns where that removes clearly more samples. Which of the two is visible in the
 * last bit.
 *
 * <p>Thread-safe.
 */
final class Resampler {
  /** Weights that are held at once; a pass with more of them is cut into strips. */
  private static final int MAX_WEIGHTS = 1 << 18;

  private final Interpolation filter;
  private final PassOrder order;
  private final CoefficientCache cache = new CoefficientCache();

  Resampler(Interpolation filter, PassOrder order) {
    this.filter = filter;
    this.order = order;
  }

  /**
   * Resizes a picture to {@code scaled}, of which only some rows and columns are computed.
   *
   * @return at least these; if both passes ran exactly these
   */
  Window resize(Window picture, Extent scaled, Span rows, Span columns) {
    int height = picture.height();
    int width = picture.width();
    boolean across = width != scaled.width();
    boolean down = height != scaled.height();
    if (columnsFirst(height, width, scaled)) {
      Span needed = across ? sources(width, scaled.width(), columns) : columns;
      Window half = resizeColumns(picture, needed, height, scaled.height(), rows);
      return across ? resizeRows(half, rows, width, scaled.width(), columns) : half;
    }
    Span needed = down ? sources(height, scaled.height(), rows) : rows;
    Window half = across ? resizeRows(picture, needed, width, scaled.width(), columns) : picture;
    return down ? resizeColumns(half, columns, height, scaled.height(), rows) : half;
  }

  /** A range of rows or columns, the end not included. */
  record Span(int start, int end) {
    int length() {
      return end - start;
    }
  }

  /** Bytes of what {@link #resize} makes in its first pass. */
  long firstPassBytes(Extent picture, Extent scaled, Span rows, Span columns) {
    int height = picture.height();
    int width = picture.width();
    boolean isColumns = columnsFirst(height, width, scaled);
    boolean isAcross = width != scaled.width();
    boolean isDown = height != scaled.height();
    int down =
        isDown && !isColumns ? sources(height, scaled.height(), rows).length() : rows.length();
    int across =
        isAcross && isColumns ? sources(width, scaled.width(), columns).length() : columns.length();
    return (long) Pixels.CHANNELS * down * across;
  }

  private boolean columnsFirst(int height, int width, Extent scaled) {
    return order == PassOrder.PILLOW_13
        && height > scaled.height()
        && height - scaled.height() > 2L * ((long) width - scaled.width());
  }

  /** The source samples that a span of target samples is made of. */
  private Span sources(int from, int to, Span span) {
    Coefficients.Key key = key(from, to, span);
    return new Span(Coefficients.first(key, span.start()), Coefficients.end(key, span.end() - 1));
  }

  private Coefficients.Key key(int from, int to, Span span) {
    return new Coefficients.Key(filter, from, to, span.start(), span.end());
  }

  private Window resizeRows(Window in, Span rows, int from, int to, Span columns) {
    Window out = allocate(rows, columns);
    int strip = strip(key(from, to, columns));
    for (int x = columns.start(); x < columns.end(); x += strip) {
      Span part = new Span(x, Math.min(columns.end(), x + strip));
      Coefficients coefficients = cache.get(key(from, to, part));
      for (int y = rows.start(); y < rows.end(); y++) {
        ResampleLoops.row(
            in.rgb(), in.index(y, 0), coefficients, out.rgb(), out.index(y, x), part.length());
      }
    }
    return out;
  }

  private Window resizeColumns(Window in, Span columns, int from, int to, Span rows) {
    Window out = allocate(rows, columns);
    int strip = strip(key(from, to, rows));
    int[] sums = new int[columns.length() * Pixels.CHANNELS];
    for (int y = rows.start(); y < rows.end(); y += strip) {
      Span part = new Span(y, Math.min(rows.end(), y + strip));
      Coefficients coefficients = cache.get(key(from, to, part));
      for (int i = 0; i < part.length(); i++) {
        int source = in.index(coefficients.first(i), columns.start());
        int target = out.index(y + i, columns.start());
        ResampleLoops.column(
            in.rgb(), source, in.rowBytes(), coefficients, i, sums, out.rgb(), target);
      }
    }
    return out;
  }

  private static int strip(Coefficients.Key key) {
    return Math.max(1, MAX_WEIGHTS / key.taps());
  }

  private static Window allocate(Span rows, Span columns) {
    long bytes = (long) rows.length() * columns.length() * Pixels.CHANNELS;
    if (bytes > Integer.MAX_VALUE - 8) {
      throw new ImageException(
          Reason.TOO_MUCH_WORK,
          "the picture takes too much to resize",
          "an intermediate picture below 2 GiB",
          columns.length() + " x " + rows.length() + " pixels",
          "make the picture smaller");
    }
    return new Window(
        rows.start(), columns.start(), rows.length(), columns.length(), new byte[(int) bytes]);
  }
}
