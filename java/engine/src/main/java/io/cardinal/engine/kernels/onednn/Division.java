// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.kernels.onednn;

import io.cardinal.engine.graph.Op;
import io.cardinal.engine.graph.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * How the threads of a team share a layer.
 *
 * <p>A thread that computes rows of the output reads all weights, one that computes channels reads
 * the whole input: so a convolution is cut into channels where it has more weights than an image
 * has values, or fewer rows than there are threads, and else into rows. One image decides, so that
 * a batch needs no other packing. The rows of a batch are those of its images behind each other,
 * and a 1x1 convolution has a row for each pixel.
 *
 * @param way how it is cut
 * @param parts what each thread computes: nothing, if there is not enough
 */
record Division(Way way, List<List<Tile>> parts) {
  /** Channels that one thread computes begin on cache lines. */
  private static final int CACHE_LINE_FLOATS = 16;

  /** Where a layer is cut. */
  enum Way {
    /** Nowhere. */
    WHOLE(""),
    /** Nowhere, and all threads but one have nothing to do. */
    ONE_THREAD(" on one thread"),
    ROWS(" by rows"),
    CHANNELS(" by channels");

    private final String suffix;

    Way(String suffix) {
      this.suffix = suffix;
    }

    /** What is appended to the name of an implementation. */
    String suffix() {
      return suffix;
    }
  }

  /**
   * What one primitive computes.
   *
   * @param input what it reads: images, rows and channels that follow each other in the layer's
   * @param inputStart number of the first value of that in the layer's input
   * @param output what it writes
   * @param outputStart number of the first value of that in the layer's output
   * @param paddingAbove rows of padding above the input
   * @param firstChannel number of the first output channel
   */
  record Tile(
      Shape input,
      long inputStart,
      Shape output,
      long outputStart,
      int paddingAbove,
      int firstChannel) {}

  /**
   * A window that is moved over the rows.
   *
   * @param kernel its height
   * @param stride its step
   * @param padding rows above and below the image
   */
  private record Window(int kernel, int stride, int padding) {}

  /** Divides an op on some shapes, a dense layer as the convolution that it runs as. */
  static Division of(Op op, Shape input, Shape output, int threads) {
    if (threads > 1 && op instanceof Op.Convolution c) {
      return convolution(c, input, output, threads);
    } else if (threads > 1 && op instanceof Op.MaxPool p) {
      return rows(new Window(p.kernel(), p.stride(), p.padding()), input, output, threads);
    } else if (threads > 1 && op instanceof Op.GlobalAveragePool) {
      return rows(new Window(input.height(), input.height(), 0), input, output, threads);
    }
    int padding =
        op instanceof Op.Convolution c ? c.padding() : op instanceof Op.MaxPool p ? p.padding() : 0;
    List<List<Tile>> parts = new ArrayList<>();
    parts.add(List.of(new Tile(input, 0, output, 0, padding, 0)));
    for (int part = 1; part < threads; part++) {
      parts.add(List.of());
    }
    return new Division(threads > 1 ? Way.ONE_THREAD : Way.WHOLE, parts);
  }

  private static Division convolution(Op.Convolution c, Shape input, Shape output, int threads) {
    long weights = (long) c.outputs() * (input.channels() / c.groups()) * c.kernel() * c.kernel();
    long values = (input.elements() + output.elements()) / input.batch();
    boolean isPixelByPixel = c.kernel() == 1 && c.stride() == 1;
    Shape rows = isPixelByPixel ? rowPerPixel(output) : output;
    int unit = unit(c);
    boolean isByChannels =
        c.outputs() >= (long) unit * threads && (weights > values || rows.height() < threads);
    if (isByChannels) {
      return channels(c, input, output, unit, threads);
    }
    Window window = new Window(c.kernel(), c.stride(), c.padding());
    return rows(window, isPixelByPixel ? rowPerPixel(input) : input, rows, threads);
  }

  private static Shape rowPerPixel(Shape shape) {
    int pixels = Math.multiplyExact(shape.height(), shape.width());
    return new Shape(shape.batch(), pixels, 1, shape.channels());
  }

  /** The fewest channels that are whole cache lines, and whole groups. */
  private static int unit(Op.Convolution c) {
    int unit = CACHE_LINE_FLOATS;
    while (c.groups() > 1 && unit % (c.outputs() / c.groups()) != 0) {
      unit += CACHE_LINE_FLOATS;
    }
    return unit;
  }

  private static Division channels(
      Op.Convolution c, Shape input, Shape output, int unit, int threads) {
    int units = (c.outputs() + unit - 1) / unit;
    List<List<Tile>> parts = new ArrayList<>();
    for (int part = 0; part < threads; part++) {
      int first = unit * share(units, part, threads);
      int end = Math.min(c.outputs(), unit * share(units, part + 1, threads));
      int firstInput = 0;
      int inputs = input.channels();
      if (c.groups() > 1) { // no output needs the inputs of another group
        firstInput = (int) ((long) inputs * first / c.outputs());
        inputs = (int) ((long) inputs * end / c.outputs()) - firstInput;
      }
      parts.add(
          List.of(
              new Tile(
                  input.withChannels(inputs),
                  firstInput,
                  output.withChannels(end - first),
                  first,
                  c.padding(),
                  first)));
    }
    return new Division(Way.CHANNELS, parts);
  }

  private static Division rows(Window window, Shape input, Shape output, int threads) {
    int rows = Math.multiplyExact(output.batch(), output.height());
    List<List<Tile>> parts = new ArrayList<>();
    for (int part = 0; part < threads; part++) {
      int end = share(rows, part + 1, threads);
      List<Tile> tiles = new ArrayList<>();
      int row = share(rows, part, threads);
      while (row < end) {
        int image = row / output.height();
        int first = row % output.height();
        int images = first == 0 ? (end - row) / output.height() : 0;
        if (images > 0) {
          tiles.add(strip(window, input, output, image, images, 0, output.height()));
          row += images * output.height();
        } else {
          int count = Math.min(end - row, output.height() - first);
          tiles.add(strip(window, input, output, image, 1, first, count));
          row += count;
        }
      }
      parts.add(tiles);
    }
    return new Division(rows == 1 ? Way.ONE_THREAD : Way.ROWS, parts);
  }

  /** Some rows of an image, or whole images. */
  private static Tile strip(
      Window window, Shape input, Shape output, int image, int images, int first, int count) {
    boolean isWhole = count == output.height();
    int above = Math.max(0, window.padding - first * window.stride);
    int start = isWhole ? 0 : first * window.stride - window.padding + above;
    int end =
        isWhole
            ? input.height()
            : Math.min(
                input.height(),
                (first + count - 1) * window.stride - window.padding + window.kernel);
    return new Tile(
        new Shape(images, end - start, input.width(), input.channels()),
        ((long) image * input.height() + start) * input.width() * input.channels(),
        new Shape(images, count, output.width(), output.channels()),
        ((long) image * output.height() + first) * output.width() * output.channels(),
        above,
        0);
  }

  private static int share(int units, int part, int parts) {
    return (int) ((long) units * part / parts);
  }
}
