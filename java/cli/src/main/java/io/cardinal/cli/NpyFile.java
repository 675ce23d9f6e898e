// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

import io.cardinal.cli.output.NpyWriter;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A float32 array in NumPy's file format, versions 1 to 3, C order, little-endian (NumPy
 * Enhancement Proposal 1).
 */
final class NpyFile {
  private static final int LONGEST_HEADER = 65_536;
  private static final Pattern TYPE = Pattern.compile("'descr'\\s*:\\s*'([^']*)'");
  private static final Pattern ORDER = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
  private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([0-9,\\s]*)\\)");

  private final List<Integer> shape;
  private final float[] values;

  private NpyFile(List<Integer> shape, float[] values) {
    this.shape = List.copyOf(shape);
    this.values = values;
  }

  /** Dimensions, outermost first. */
  List<Integer> shape() {
    return shape;
  }

  /** Elements in row-major order; not a copy. */
  float[] values() {
    return values;
  }

  /** Reads a file; {@link UsageException} if it is none of that kind. */
  static NpyFile read(Path file) {
    if (Files.exists(file) && !Files.isRegularFile(file)) { // a FIFO would block
      throw new UsageException("cannot read " + file + ": not a regular file");
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return read(file, channel);
    } catch (IOException e) {
      throw new UsageException("cannot read " + Failures.describe(e), e);
    }
  }

  private static NpyFile read(Path file, FileChannel channel) throws IOException {
    ByteBuffer start = take(file, channel, 10);
    for (byte magic : NpyWriter.magic()) {
      if (start.get() != magic) {
        throw wrong(file, "NumPy's magic bytes", "other bytes");
      }
    }
    int version = start.get();
    start.get(); // the minor version says nothing more
    int length = Short.toUnsignedInt(start.getShort());
    if (version == 2 || version == 3) {
      ByteBuffer upper = take(file, channel, 2);
      length |= Short.toUnsignedInt(upper.getShort()) << 16;
    } else if (version != 1) {
      throw wrong(file, "format version 1, 2 or 3", "version " + version);
    }
    if (length < 0 || length > LONGEST_HEADER) {
      throw wrong(file, "a header of at most " + LONGEST_HEADER + " bytes", length + " bytes");
    }
    String header = StandardCharsets.UTF_8.decode(take(file, channel, length)).toString();
    String type = find(file, TYPE, header, "descr");
    if (!type.equals("<f4")) {
      throw wrong(file, "float32, little-endian ('<f4')", "'" + type + "'");
    }
    if (find(file, ORDER, header, "fortran_order").equals("True")) {
      throw wrong(file, "C order", "Fortran order; save numpy.ascontiguousarray(x)");
    }
    List<Integer> shape = shape(file, find(file, SHAPE, header, "shape"));
    return new NpyFile(shape, elements(file, channel, shape));
  }

  private static float[] elements(Path file, FileChannel channel, List<Integer> shape)
      throws IOException {
    BigInteger count =
        shape.stream().map(BigInteger::valueOf).reduce(BigInteger.ONE, BigInteger::multiply);
    BigInteger bytes = count.multiply(BigInteger.valueOf(Float.BYTES));
    long left = channel.size() - channel.position();
    if (!bytes.equals(BigInteger.valueOf(left))) {
      throw wrong(file, bytes + " bytes for shape " + shape, left + " after the header");
    } else if (left > Integer.MAX_VALUE) {
      throw wrong(file, "at most 2 GiB of data; cut it", left + " bytes");
    }
    float[] values = new float[count.intValue()];
    take(file, channel, (int) left).asFloatBuffer().get(values);
    return values;
  }

  private static List<Integer> shape(Path file, String text) {
    List<Integer> shape = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      if (!part.isBlank()) {
        try {
          shape.add(Integer.parseInt(part.strip()));
        } catch (NumberFormatException e) {
          throw wrong(file, "dimensions below 2^31", text);
        }
      }
    }
    return shape;
  }

  private static String find(Path file, Pattern pattern, String header, String field) {
    Matcher matcher = pattern.matcher(header);
    if (!matcher.find()) {
      throw wrong(file, "a header with '" + field + "'", "none");
    }
    return matcher.group(1);
  }

  private static ByteBuffer take(Path file, FileChannel channel, int count) throws IOException {
    if (count > channel.size() - channel.position()) {
      throw wrong(file, "a whole file", "one that ends early");
    }
    ByteBuffer bytes = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
    int read = 0;
    while (read >= 0 && bytes.hasRemaining()) {
      read = channel.read(bytes);
    }
    return bytes.flip();
  }

  private static UsageException wrong(Path file, String expected, String found) {
    return new UsageException(
        file + " is no array that can be read: expected " + expected + ", found " + found);
  }
}
