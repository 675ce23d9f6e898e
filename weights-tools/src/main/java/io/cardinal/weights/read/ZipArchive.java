// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.weights.read;

import io.cardinal.engine.ModelException;
import io.cardinal.engine.ModelException.Reason;
import io.cardinal.engine.safetensors.InputFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * A zip archive whose entries are stored: where the bytes of each lie in the file. Every trick by
 * which two readers may see different contents is refused: entries that are compressed, encrypted,
 * there twice, overlapping, or of another name in their local header.
 */
final class ZipArchive {
  private static final int LOCAL_MAGIC = 0x04034b50;
  private static final int LOCAL_BYTES = 30;
  private static final int CHUNK = 1 << 16;

  private final InputFile file;
  private final Map<String, ZipEntry> entries = new LinkedHashMap<>();
  private final long dataEnd;

  private ZipArchive(InputFile file, ZipDirectory.Content content) {
    this.file = file;
    this.dataEnd = content.begin();
    for (ZipEntry entry : content.entries()) {
      if (entries.put(entry.name(), entry) != null) {
        throw corrupt("has the zip entry " + entry.name() + " twice");
      }
    }
  }

  /** Reads the directory; {@link #locate} must come before any content. */
  static ZipArchive read(InputFile file) {
    return new ZipArchive(file, ZipDirectory.read(file));
  }

  /** The entries by name, in the directory's order. */
  Map<String, ZipEntry> entries() {
    return entries;
  }

  @Nullable ZipEntry entry(String name) {
    return entries.get(name);
  }

  /** Reads every local header and finds the content of each entry. */
  void locate() {
    List<ZipEntry> sorted = new ArrayList<>(entries.values());
    sorted.sort(Comparator.comparingLong(ZipEntry::header));
    long free = 0;
    for (ZipEntry entry : sorted) {
      refuseUnreadable(entry);
      ZipEntry located = locate(entry, free);
      free = located.data() + located.size();
      entries.put(entry.name(), located);
    }
  }

  private void refuseUnreadable(ZipEntry entry) {
    if (entry.isEncrypted()) {
      throw corrupt("has an encrypted zip entry, " + entry.name());
    }
    if (!entry.isStored()) {
      throw new ModelException(
          Reason.COMPRESSED_ENTRY,
          file.name() + " has a compressed zip entry, " + entry.name(),
          "stored entries, as torch.save writes them",
          "compression method " + entry.method(),
          "save it again with torch.save, or: unzip it, then zip -0");
    }
    if (entry.size() != entry.compressedSize()) {
      throw corrupt("has a stored zip entry of two sizes, " + entry.name());
    }
  }

  private ZipEntry locate(ZipEntry entry, long free) {
    if (entry.header() < free || entry.header() > dataEnd - LOCAL_BYTES) {
      throw corrupt("has overlapping zip entries at " + entry.name());
    }
    ByteBuffer local = ByteBuffer.allocate(LOCAL_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    file.read(entry.header(), local);
    int nameLength = local.getShort(26) & 0xffff;
    long data = entry.header() + LOCAL_BYTES + nameLength + (local.getShort(28) & 0xffff);
    if (local.getInt(0) != LOCAL_MAGIC || data > dataEnd - entry.size()) {
      throw corrupt("has a misplaced zip entry, " + entry.name());
    }
    byte[] name = new byte[nameLength];
    file.read(entry.header() + LOCAL_BYTES, ByteBuffer.wrap(name));
    if (!new String(name, StandardCharsets.UTF_8).equals(entry.name())
        || (local.getShort(6) & 1) != 0
        || local.getShort(8) != entry.method()) {
      throw corrupt(
          "has a zip entry whose local header contradicts the directory, " + entry.name());
    }
    return entry.withData(data);
  }

  /** Reads an entry and checks its CRC. */
  void verify(ZipEntry entry) {
    CRC32 crc = new CRC32();
    ByteBuffer chunk = ByteBuffer.allocate((int) Math.min(CHUNK, Math.max(entry.size(), 1)));
    for (long at = 0; at < entry.size(); at += chunk.limit()) {
      chunk.clear().limit((int) Math.min(chunk.capacity(), entry.size() - at));
      file.read(entry.data() + at, chunk);
      crc.update(chunk.flip());
    }
    if ((int) crc.getValue() != entry.crc()) {
      throw new ModelException(
          Reason.CORRUPT,
          file.name() + ": the bytes of zip entry " + entry.name() + " are not those written",
          String.format("CRC %08x", entry.crc()),
          String.format("%08x", (int) crc.getValue()),
          "fetch the file again");
    }
  }

  private ModelException corrupt(String what) {
    return new ModelException(Reason.CORRUPT, file.name() + " " + what, "", "", "");
  }
}
