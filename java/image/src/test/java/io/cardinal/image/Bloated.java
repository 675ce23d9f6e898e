// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Good files with more scans, frames, texts and the like than anybody needs. */
final class Bloated {
  static final Limits LIMITS =
      new Limits(ImageDecoder.DEFAULT_MAX_BYTES, ImageDecoder.DEFAULT_MAX_PIXELS);
  static final int MANY = 100_000;

  private static final int RIFF = 12;
  private static final int PNG_HEAD = 33;

  private Bloated() {}

  static byte[] withSize(byte[] jpeg, int width, int height) {
    byte[] file = jpeg.clone();
    int frame = ImageDecoderTest.frame(file);
    file[frame + 5] = (byte) (height >> 8);
    file[frame + 6] = (byte) height;
    file[frame + 7] = (byte) (width >> 8);
    file[frame + 8] = (byte) width;
    return file;
  }

  /** Repeats the last scan, from its marker up to the end marker. */
  static byte[] withScans(byte[] jpeg, int more) {
    int end = jpeg.length - 2;
    int scan = end;
    while (jpeg[scan] != (byte) 0xff || jpeg[scan + 1] != (byte) 0xda) {
      scan--;
    }
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.write(jpeg, 0, end);
    for (int i = 0; i < more; i++) {
      file.write(jpeg, scan, end - scan);
    }
    file.write(jpeg, end, 2);
    return file.toByteArray();
  }

  static byte[] strips(byte[] jpeg, int count) {
    JpegHeader header = JpegMarkers.read(jpeg, LIMITS);
    byte[] places = new byte[8 * count];
    for (int i = 0; i < count; i++) {
      put32(places, 4 * i, Tiffs.DATA + places.length);
      put32(places, 4 * (count + i), jpeg.length);
    }
    return Tiffs.grey(header.width(), header.height() * count, TiffHeader.JPEG, 0)
        .with(Tiffs.ROWS, header.height())
        .withArray(Tiffs.OFFSETS, count, Tiffs.DATA)
        .withArray(Tiffs.COUNTS, count, Tiffs.DATA + 4L * count)
        .file(join(places, jpeg));
  }

  /** A JPEG with comments and application markers of so many bytes in all. */
  static byte[] jpegWith(int bytes) {
    return jpegWith(Samples.read("jpeg-rgb-adobe.jpg"), bytes);
  }

  static byte[] jpegWith(byte[] file, int bytes) {
    byte[] bare = JpegMarkers.read(file, LIMITS).withoutApplicationMarkers(file);
    int own = 0;
    for (int at : JpegMarkers.read(file, LIMITS).applicationMarkers()) {
      own += 2 + Bytes.big16(bare, at + 1);
    }
    byte[] markers = new byte[bytes - own];
    int at = 0;
    for (int i = 0; at < markers.length; i++) {
      int left = markers.length - at;
      int length = left < 70_000 ? Math.min(left, 35_000) : 65_537;
      markers[at] = (byte) 0xff;
      markers[at + 1] = (byte) (i % 3 == 0 ? 0xfe : 0xe1 + i % 3);
      markers[at + 2] = (byte) (length - 2 >> 8);
      markers[at + 3] = (byte) (length - 2);
      at += length;
    }
    return join(Arrays.copyOf(file, 2), markers, Arrays.copyOfRange(file, 2, file.length));
  }

  /** Half before the data and half behind it; the headers count. */
  static byte[] pngWith(String name, int bytes) {
    byte[] file = Samples.read("png-rgb8.png");
    byte[] before = chunk(name, new byte[bytes / 2 - 12]);
    byte[] behind = chunk(name, new byte[bytes - bytes / 2 - 12]);
    int end = file.length - 12;
    return join(
        Arrays.copyOf(file, PNG_HEAD),
        before,
        Arrays.copyOfRange(file, PNG_HEAD, end),
        behind,
        Arrays.copyOfRange(file, end, file.length));
  }

  static byte[] pngWith(byte[] chunks) {
    byte[] file = Samples.read("png-rgb8.png");
    return join(
        Arrays.copyOf(file, PNG_HEAD), chunks, Arrays.copyOfRange(file, PNG_HEAD, file.length));
  }

  /** A PNG of 8 bits a sample whose data are so many zeros. */
  static byte[] png(int width, int height, int colourType, int bytes) {
    byte[] head = new byte[13];
    put32Big(head, 0, width);
    put32Big(head, 4, height);
    head[8] = 8;
    head[9] = (byte) colourType;
    return join(
        new byte[] {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10},
        chunk("IHDR", head),
        chunk("IDAT", deflate(new byte[bytes])),
        chunk("IEND", new byte[0]));
  }

  static byte[] chunk(String name, byte[] data) {
    byte[] chunk = new byte[12 + data.length];
    put32Big(chunk, 0, data.length);
    System.arraycopy(name.getBytes(StandardCharsets.ISO_8859_1), 0, chunk, 4, 4);
    System.arraycopy(data, 0, chunk, 8, data.length);
    CRC32 sum = new CRC32();
    sum.update(chunk, 4, 4 + data.length);
    put32Big(chunk, 8 + data.length, (int) sum.getValue());
    return chunk;
  }

  static byte[] webpWith(String name, int bytes) {
    byte[] file = Samples.read("webp-lossy-alpha.webp");
    return withRiffLength(join(file, riffChunk(name, new byte[bytes - 8])));
  }

  static byte[] withRiffLength(byte[] webp) {
    put32(webp, 4, webp.length - 8);
    return webp;
  }

  /** A WebP of these chunks. */
  static byte[] riff(byte[]... chunks) {
    byte[] head = {'R', 'I', 'F', 'F', 0, 0, 0, 0, 'W', 'E', 'B', 'P'};
    return withRiffLength(join(head, join(chunks)));
  }

  static byte[] riffChunk(String name, byte[] data) {
    byte[] chunk = new byte[8 + data.length + (data.length & 1)];
    System.arraycopy(name.getBytes(StandardCharsets.ISO_8859_1), 0, chunk, 0, 4);
    put32(chunk, 4, data.length);
    System.arraycopy(data, 0, chunk, 8, data.length);
    return chunk;
  }

  /** A comment before the first frame; the length of each of its blocks counts. */
  static byte[] gifWith(int bytes) {
    byte[] file = Samples.read("gif-palette.gif");
    int frame = gifFrame(file);
    byte[] comment = new byte[2 + bytes];
    comment[0] = '!';
    comment[1] = (byte) 0xfe;
    int at = 2;
    while (at < comment.length - 1) {
      int block = Math.min(256, comment.length - 1 - at);
      comment[at] = (byte) (block - 1);
      at += block;
    }
    // The last byte ends the comment, and no block before it may.
    if (comment[comment.length - 2] == 0) {
      comment[comment.length - 2 - 256]--;
      comment[comment.length - 3] = 1;
    }
    return join(Arrays.copyOf(file, frame), comment, Arrays.copyOfRange(file, frame, file.length));
  }

  static int gifFrame(byte[] gif) {
    int at = 13 + 3 * (2 << (gif[10] & 7));
    while (gif[at] != ',') {
      at++;
    }
    return at;
  }

  static byte[] tiffWith(int tag, int bytes) {
    return Tiffs.grey(10, 10, TiffHeader.NONE, 100)
        .withUndefined(tag, bytes, Tiffs.DATA + 100)
        .file(new byte[100 + bytes]);
  }

  static byte[] manyFrames(byte[] gif) {
    byte[] frame = Arrays.copyOfRange(gif, gifFrame(gif), gif.length - 1);
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.write(gif, 0, gif.length - 1);
    for (int i = 0; i < MANY / 100; i++) {
      file.writeBytes(frame);
    }
    file.write(';');
    return file.toByteArray();
  }

  static byte[] manyWebpFrames() {
    byte[] file = Samples.read("webp-animated.webp");
    int at = RIFF;
    while (!new String(file, at, 4, StandardCharsets.ISO_8859_1).equals("ANMF")) {
      at += 8 + (int) Bytes.little32(file, at + 4);
    }
    byte[] head = Arrays.copyOfRange(file, at + 8, at + 24);
    byte[] small = riffChunk("VP8 ", new byte[10]);
    byte[] frame = riffChunk("ANMF", join(head, small));
    ByteArrayOutputStream many = new ByteArrayOutputStream();
    many.writeBytes(file);
    for (int i = 0; i < MANY; i++) {
      many.writeBytes(frame);
    }
    return withRiffLength(many.toByteArray());
  }

  static byte[] manyPngFrames() {
    byte[] file = Samples.read("png-rgb8.png");
    ByteArrayOutputStream many = new ByteArrayOutputStream();
    many.write(file, 0, file.length - 12);
    for (int i = 0; i < MANY; i++) {
      many.writeBytes(chunk("fcTL", new byte[26]));
      many.writeBytes(chunk("fdAT", new byte[20]));
    }
    many.write(file, file.length - 12, 12);
    return many.toByteArray();
  }

  /** Each directory points to the next one; the last to the first. */
  static byte[] manyDirectories() {
    int length = 2 + 12 + 4;
    byte[] data = new byte[100 + MANY * length];
    for (int i = 0; i < MANY; i++) {
      int at = 100 + i * length;
      data[at] = 1;
      put32(data, at + 14, i + 1 < MANY ? Tiffs.DATA + at + length : 8);
    }
    byte[] tiff = Tiffs.grey(10, 10, TiffHeader.NONE, 100).file(data);
    put32(tiff, 8 + 2 + 9 * 12, Tiffs.DATA + 100);
    return tiff;
  }

  static byte[] deflate(byte[] data) {
    Deflater deflater = new Deflater();
    deflater.setInput(data);
    deflater.finish();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] buffer = new byte[1 << 16];
    while (!deflater.finished()) {
      out.write(buffer, 0, deflater.deflate(buffer));
    }
    deflater.end();
    return out.toByteArray();
  }

  static byte[] join(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  static void put32(byte[] bytes, int at, int value) {
    for (int i = 0; i < 4; i++) {
      bytes[at + i] = (byte) (value >> 8 * i);
    }
  }

  static void put32Big(byte[] bytes, int at, int value) {
    put32(bytes, at, Integer.reverseBytes(value));
  }
}
