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
import java.util.List;

/**
 * Reads the central directory of a zip archive (PKWARE APPNOTE 4.3), zip64 included. Local headers
 * are not believed: PyTorch leaves their sizes and CRC at 0.
 */
final class ZipDirectory {
  static final int MAX_ENTRIES = 32_768;
  private static final int MAX_BYTES = 4 << 20;
  private static final int END_BYTES = 22;
  private static final int MAX_COMMENT = 0xffff;
  private static final int END64_BYTES = 56;
  private static final int LOCATOR_BYTES = 20;
  private static final int ENTRY_BYTES = 46;
  private static final int END_MAGIC = 0x06054b50;
  private static final int END64_MAGIC = 0x06064b50;
  private static final int LOCATOR_MAGIC = 0x07064b50;
  private static final int ENTRY_MAGIC = 0x02014b50;
  private static final long UINT = 0xffffffffL;

  private final InputFile file;

  private ZipDirectory(InputFile file) {
    this.file = file;
  }

  /** Where the directory is: [begin, end), and how many entries it has. */
  record Location(long begin, long end, long entries) {}

  /** The entries and the position of the directory behind them. */
  record Content(List<ZipEntry> entries, long begin) {}

  static Content read(InputFile file) {
    ZipDirectory directory = new ZipDirectory(file);
    Location location = directory.locate();
    return new Content(directory.entries(location), location.begin());
  }

  private Location locate() {
    int length = (int) Math.min(file.size(), END_BYTES + MAX_COMMENT);
    ByteBuffer tail = buffer(file.size() - length, length);
    for (int i = length - END_BYTES; i >= 0; i--) {
      if (tail.getInt(i) == END_MAGIC
          && (tail.getShort(i + 20) & 0xffff) == length - END_BYTES - i) {
        return location(tail, i, file.size() - length + i);
      }
    }
    throw new ModelException(
        Reason.TRUNCATED,
        file.name() + " ends before its zip directory",
        "an end record in the last bytes",
        "none in " + file.size() + " bytes",
        "fetch the file again");
  }

  private Location location(ByteBuffer tail, int at, long position) {
    long entries = tail.getShort(at + 10) & 0xffff;
    long size = tail.getInt(at + 12) & UINT;
    long begin = tail.getInt(at + 16) & UINT;
    long end = position;
    require(tail.getShort(at + 4) == 0 || tail.getShort(at + 4) == -1, "is split into volumes");
    if (position >= LOCATOR_BYTES + END64_BYTES) {
      ByteBuffer locator = buffer(position - LOCATOR_BYTES, LOCATOR_BYTES);
      if (locator.getInt(0) == LOCATOR_MAGIC) {
        end = locator.getLong(8);
        require(
            end >= 0 && end <= position - LOCATOR_BYTES - END64_BYTES,
            "has a misplaced zip64 end record");
        ByteBuffer record = buffer(end, END64_BYTES);
        require(record.getInt(0) == END64_MAGIC, "has no zip64 end record where it should be");
        long wideEntries = record.getLong(32);
        long wideSize = record.getLong(40);
        long wideBegin = record.getLong(48);
        require(
            agree(entries, wideEntries, 0xffff)
                && agree(size, wideSize, UINT)
                && agree(begin, wideBegin, UINT),
            "has end records that contradict each other");
        entries = wideEntries;
        size = wideSize;
        begin = wideBegin;
      }
    }
    require(
        begin >= 0 && size >= 0 && begin <= end && end - begin == size,
        "has a misplaced zip directory");
    require(
        entries >= 0 && entries <= MAX_ENTRIES && size <= MAX_BYTES,
        "has more than " + MAX_ENTRIES + " zip entries or " + MAX_BYTES + " bytes of directory");
    return new Location(begin, end, entries);
  }

  /** Whether the narrow field says the same, or that the wide one counts. */
  private static boolean agree(long narrow, long wide, long marker) {
    return narrow == marker || narrow == wide;
  }

  private List<ZipEntry> entries(Location location) {
    ByteBuffer bytes = buffer(location.begin(), (int) (location.end() - location.begin()));
    List<ZipEntry> entries = new ArrayList<>();
    for (long i = 0; i < location.entries(); i++) {
      entries.add(entry(bytes));
    }
    require(!bytes.hasRemaining(), "has bytes in its zip directory that are no entry");
    return entries;
  }

  private ZipEntry entry(ByteBuffer bytes) {
    int at = bytes.position();
    require(
        bytes.remaining() >= ENTRY_BYTES && bytes.getInt(at) == ENTRY_MAGIC,
        "has a damaged zip directory");
    int nameLength = bytes.getShort(at + 28) & 0xffff;
    int extraLength = bytes.getShort(at + 30) & 0xffff;
    int commentLength = bytes.getShort(at + 32) & 0xffff;
    int whole = ENTRY_BYTES + nameLength + extraLength + commentLength;
    require(bytes.remaining() >= whole, "has a damaged zip directory");
    String name =
        StandardCharsets.UTF_8.decode(bytes.slice(at + ENTRY_BYTES, nameLength)).toString();
    long[] sizes = {
      bytes.getInt(at + 24) & UINT, // the order in which zip64 lists them
      bytes.getInt(at + 20) & UINT,
      bytes.getInt(at + 42) & UINT
    };
    widen(bytes.slice(at + ENTRY_BYTES + nameLength, extraLength), sizes);
    for (long size : sizes) {
      require(
          size >= 0 && size <= file.size(), "has a zip entry (" + name + ") larger than the file");
    }
    bytes.position(at + whole);
    return new ZipEntry(
        name,
        bytes.getShort(at + 10) & 0xffff,
        bytes.getShort(at + 8) & 0xffff,
        bytes.getInt(at + 16),
        sizes[0],
        sizes[1],
        sizes[2],
        -1);
  }

  /** Replaces fields that are all ones by those of the zip64 extra field. */
  private void widen(ByteBuffer extra, long[] sizes) {
    extra.order(ByteOrder.LITTLE_ENDIAN);
    while (extra.remaining() >= 4) {
      int id = extra.getShort() & 0xffff;
      int length = extra.getShort() & 0xffff;
      require(length <= extra.remaining(), "has a damaged zip extra field");
      int end = extra.position() + length;
      if (id == 1) {
        for (int i = 0; i < sizes.length; i++) {
          if (sizes[i] == UINT) {
            require(end - extra.position() >= 8, "has a damaged zip64 field");
            sizes[i] = extra.getLong();
          }
        }
      }
      extra.position(end);
    }
  }

  private ByteBuffer buffer(long position, int length) {
    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    file.read(position, bytes);
    return bytes.flip();
  }

  private void require(boolean condition, String what) {
    if (!condition) {
      throw new ModelException(Reason.CORRUPT, file.name() + " " + what, "", "", "");
    }
  }
}
