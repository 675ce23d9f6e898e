// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.weights.read;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;

/**
 * Writes zip archives as PyTorch does (stored, sizes and CRC in the directory only), and wrong
 * ones.
 */
final class Zip {
  /** An entry and what is wrong with it. */
  static final class Item {
    final String name;
    final byte[] data;
    String localName;
    int method;
    int localMethod;
    int flags = 0x0808;
    long size;
    long compressedSize;
    int crc;
    long headerShift;
    byte[] extra = new byte[0];

    Item(String name, byte[] data) {
      this.name = name;
      this.localName = name;
      this.data = data;
      this.size = data.length;
      this.compressedSize = data.length;
      CRC32 crc32 = new CRC32();
      crc32.update(data);
      this.crc = (int) crc32.getValue();
    }
  }

  final List<Item> items = new ArrayList<>();
  boolean hasEnd64 = true;
  String comment = "";
  int entriesShift;
  int directoryShift;
  byte[] gap = new byte[0];

  Item add(String name, byte[] data) {
    Item item = new Item(name, data);
    items.add(item);
    return item;
  }

  byte[] write() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    List<byte[]> directory = new ArrayList<>();
    for (Item item : items) {
      long header = out.size();
      byte[] local = item.localName.getBytes(StandardCharsets.UTF_8);
      ByteBuffer head = little(30 + local.length);
      head.putInt(0x04034b50).putShort((short) 0).putShort((short) item.flags);
      head.putShort((short) item.localMethod).putInt(0).putInt(0).putInt(0).putInt(0);
      head.putShort((short) local.length).putShort((short) 0).put(local);
      out.writeBytes(bytes(head));
      out.writeBytes(item.data);
      out.writeBytes(little(16).putInt(0x08074b50).putInt(item.crc).array());
      directory.add(entry(item, header + item.headerShift));
    }
    out.writeBytes(gap);
    long begin = out.size();
    directory.forEach(out::writeBytes);
    long size = out.size() - begin;
    if (hasEnd64) {
      long end = out.size();
      ByteBuffer end64 = little(56).putInt(0x06064b50).putLong(44).putShort((short) 0);
      end64.putShort((short) 0).putInt(0).putInt(0).putLong(items.size() + entriesShift);
      end64.putLong(items.size() + entriesShift).putLong(size).putLong(begin + directoryShift);
      out.writeBytes(bytes(end64));
      out.writeBytes(bytes(little(20).putInt(0x07064b50).putInt(0).putLong(end).putInt(1)));
    }
    ByteBuffer end = little(22 + comment.length()).putInt(0x06054b50).putInt(0);
    end.putShort((short) (items.size() + entriesShift));
    end.putShort((short) (items.size() + entriesShift)).putInt((int) size);
    end.putInt((int) begin + directoryShift).putShort((short) comment.length());
    out.writeBytes(bytes(end.put(comment.getBytes(StandardCharsets.UTF_8))));
    return out.toByteArray();
  }

  private static byte[] entry(Item item, long header) {
    byte[] name = item.name.getBytes(StandardCharsets.UTF_8);
    ByteBuffer entry = little(46 + name.length + item.extra.length).putInt(0x02014b50);
    entry.putInt(0).putShort((short) item.flags).putShort((short) item.method).putInt(0);
    entry.putInt(item.crc).putInt((int) item.compressedSize).putInt((int) item.size);
    entry.putShort((short) name.length).putShort((short) item.extra.length).putShort((short) 0);
    entry.putInt(0).putInt(0).putInt((int) header).put(name).put(item.extra);
    return bytes(entry);
  }

  private static byte[] bytes(ByteBuffer filled) {
    byte[] bytes = new byte[filled.capacity()];
    filled.rewind().get(bytes);
    return bytes;
  }

  static ByteBuffer little(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }
}
