// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Small files of large pictures in one colour, whole ones: what a bomb is made of. */
final class LargeFiles {
  static final int WIDTH = 10_000;
  static final int HEIGHT = 5_000;

  private static final int PIXELS = WIDTH * HEIGHT;

  private LargeFiles() {}

  /** One of each kind, by name. */
  static Map<String, byte[]> all() {
    Map<String, byte[]> files = new TreeMap<>();
    files.put("baseline.jpg", jpeg(3, false));
    files.put("progressive.jpg", jpeg(3, true));
    files.put("inks.jpg", jpeg(4, false));
    files.put("picture.png", png());
    files.put("picture.gif", gif());
    files.put("picture.bmp", bmp());
    files.put("picture.tif", tiff());
    files.put("picture.webp", webp());
    return files;
  }

  /** Two bits a block: no difference to the block before, then the end of the block. */
  private static byte[] jpeg(int components, boolean isProgressive) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    hex(out, "ffd8 ffdb004300" + "10".repeat(64)); // all quantised by 16
    hex(out, isProgressive ? "ffc2" : "ffc0");
    out.writeBytes(big16(8 + 3 * components));
    out.write(8);
    out.writeBytes(big16(HEIGHT));
    out.writeBytes(big16(WIDTH));
    out.write(components);
    for (int i = 1; i <= components; i++) {
      out.writeBytes(new byte[] {(byte) i, 0x11, 0});
    }
    hex(out, "ffc4001400 01" + "00".repeat(15) + "00"); // DC: the code 0 for no difference
    hex(out, "ffc4001410 01" + "00".repeat(15) + "00"); // AC: the code 0 for the end
    hex(out, "ffda");
    out.writeBytes(big16(6 + 2 * components));
    out.write(components);
    for (int i = 1; i <= components; i++) {
      out.writeBytes(new byte[] {(byte) i, 0});
    }
    hex(out, isProgressive ? "000000" : "003f00");
    int blocks = (WIDTH + 7) / 8 * ((HEIGHT + 7) / 8) * components;
    out.writeBytes(new byte[(blocks * (isProgressive ? 1 : 2) + 7) / 8]);
    hex(out, "ffd9");
    return out.toByteArray();
  }

  private static byte[] png() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    hex(out, "89504e470d0a1a0a");
    ByteBuffer header = ByteBuffer.allocate(13).putInt(WIDTH).putInt(HEIGHT).put((byte) 1);
    chunk(out, "IHDR", header.array());
    byte[] rows = new byte[HEIGHT * (1 + WIDTH / 8)];
    Deflater deflater = new Deflater();
    deflater.setInput(rows);
    deflater.finish();
    byte[] packed = new byte[rows.length];
    int length = deflater.deflate(packed);
    deflater.end();
    chunk(out, "IDAT", Arrays.copyOf(packed, length));
    chunk(out, "IEND", new byte[0]);
    return out.toByteArray();
  }

  private static void chunk(ByteArrayOutputStream out, String name, byte[] data) {
    byte[] body = new byte[4 + data.length];
    for (int i = 0; i < 4; i++) {
      body[i] = (byte) name.charAt(i);
    }
    System.arraycopy(data, 0, body, 4, data.length);
    CRC32 sum = new CRC32();
    sum.update(body);
    out.writeBytes(ByteBuffer.allocate(4).putInt(data.length).array());
    out.writeBytes(body);
    out.writeBytes(ByteBuffer.allocate(4).putInt((int) sum.getValue()).array());
  }

  /** Codes for longer and longer runs of index 0, until the table is full and is cleared. */
  private static byte[] gif() {
    Bits codes = new Bits();
    long written = 0;
    while (written < PIXELS) {
      codes.add(4, bits(6));
      codes.add(0, 3);
      written++;
      int next = 6;
      for (int run = 2; next < 4_095 && written < PIXELS; run++, next++) {
        codes.add(next, bits(next + 1));
        written += run;
      }
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {'G', 'I', 'F', '8', '9', 'a'});
    ByteBuffer header = little(27).putShort((short) WIDTH).putShort((short) HEIGHT);
    header.put((byte) 0x81).putShort((short) 0).put(HexFormat.of().parseHex("203040".repeat(4)));
    out.write(header.array(), 0, header.position());
    ByteBuffer frame = little(11).put((byte) ',').putInt(0);
    frame.putShort((short) WIDTH).putShort((short) HEIGHT).put((byte) 0).put((byte) 2);
    out.writeBytes(frame.array());
    byte[] data = codes.bytes();
    for (int from = 0; from < data.length; from += 255) {
      int length = Math.min(255, data.length - from);
      out.write(length);
      out.write(data, from, length);
    }
    hex(out, "003b");
    return out.toByteArray();
  }

  /** Bits of a code while the table has so many. */
  private static int bits(int table) {
    return Math.max(3, Math.min(12, 32 - Integer.numberOfLeadingZeros(table - 1)));
  }

  private static byte[] bmp() {
    int stride = (WIDTH / 8 + 3) / 4 * 4;
    ByteBuffer file = little(62 + stride * HEIGHT).put((byte) 'B').put((byte) 'M');
    file.putInt(file.capacity()).putInt(0).putInt(62).putInt(40).putInt(WIDTH).putInt(HEIGHT);
    file.putShort((short) 1).putShort((short) 1).putInt(0).putInt(0).putInt(0).putInt(0);
    file.putInt(2).putInt(0).putInt(0x203040).putInt(0x506070);
    return file.array();
  }

  private static byte[] tiff() {
    int bytes = WIDTH / 8 * HEIGHT;
    int[][] tags = {
      {256, WIDTH},
      {257, HEIGHT},
      {258, 1},
      {259, 1},
      {262, 1},
      {273, 130},
      {277, 1},
      {278, HEIGHT},
      {279, bytes}
    };
    ByteBuffer file = little(130 + bytes).put((byte) 'I').put((byte) 'I').putShort((short) 42);
    file.putInt(8).putShort((short) tags.length);
    for (int[] tag : tags) {
      file.putShort((short) tag[0]).putShort((short) 4).putInt(1).putInt(tag[1]);
    }
    return file.array();
  }

  /** VP8L with five codes of one symbol each, which take no bits. */
  private static byte[] webp() {
    Bits bits = new Bits();
    bits.add(0x2f, 8);
    bits.add(WIDTH - 1, 14);
    bits.add(HEIGHT - 1, 14);
    bits.add(0, 4); // no alpha, version 0
    bits.add(0, 3); // no transform, no cache, one group of codes
    for (int i = 0; i < 5; i++) {
      bits.add(1, 4); // simple, one symbol, of one bit: 0
    }
    byte[] data = bits.bytes();
    int padded = (data.length + 1) / 2 * 2;
    ByteBuffer file = little(20 + padded).put(HexFormat.of().parseHex("52494646"));
    file.putInt(12 + padded).put(HexFormat.of().parseHex("574542505650384c"));
    return file.putInt(data.length).put(data).array();
  }

  private static ByteBuffer little(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static byte[] big16(int value) {
    return new byte[] {(byte) (value >> 8), (byte) value};
  }

  private static void hex(ByteArrayOutputStream out, String digits) {
    out.writeBytes(HexFormat.of().parseHex(digits.replace(" ", "")));
  }

  /** Numbers of some bits each, the lowest first. */
  private static final class Bits {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private int held;
    private int count;

    void add(int value, int bits) {
      held |= value << count;
      count += bits;
      while (count >= 8) {
        out.write(held);
        held >>>= 8;
        count -= 8;
      }
    }

    byte[] bytes() {
      add(0, (8 - count) & 7);
      return out.toByteArray();
    }
  }
}
