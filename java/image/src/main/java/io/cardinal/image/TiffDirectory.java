// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The first directory of a TIFF or BigTIFF file, or of the TIFF that is inside EXIF: where the
 * values of its tags lie. Nothing is copied and no second directory is followed, so that there is
 * no cycle to run in.
 *
 * <p>Read with Pillow's tolerance: of several entries of a tag the first one counts; entries of
 * unknown types are passed over, as are those whose values together are larger than the file; one
 * whose values lie outside the file ends the directory.
 */
final class TiffDirectory {
  static final int ORIENTATION = 274;
  static final int XMP = 700;

  /** Description, XMP, IPTC, what Photoshop adds, and the colour profile. */
  private static final Set<Integer> ANCILLARY = Set.of(270, XMP, 33_723, 34_377, 34_675);

  /** Tags are kept up to here; no reader here asks for a larger one. */
  private static final int LAST_TAG = 1023;

  private static final int BYTE = 1;
  private static final int UNDEFINED = 7;

  /** Bytes of a value of each type, 0 for none. */
  private static final int[] SIZES = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8};

  /**
   * An entry.
   *
   * @param type of the TIFF specification
   * @param count values
   * @param at where the first one is
   */
  private record Entry(int type, long count, int at) {}

  private final byte[] file;
  private final boolean big;
  private final boolean wide;
  private final Map<Integer, Entry> entries = new HashMap<>();
  private long ancillary;

  private TiffDirectory(byte[] file, boolean big, boolean wide) {
    this.file = file;
    this.big = big;
    this.wide = wide;
  }

  /**
   * Reads the directory that the header points to.
   *
   * @return without entries if that lies outside the file; empty if there is no header
   */
  static Optional<TiffDirectory> read(byte[] file) {
    if (file.length < 8) {
      return Optional.empty();
    }
    boolean big = file[0] == 'M' && file[1] == 'M';
    boolean little = file[0] == 'I' && file[1] == 'I';
    int version = Bytes.unsigned16(file, 2, big);
    // Pillow takes a big-endian BigTIFF for an ordinary one, and then finds nothing.
    boolean wide = version == 43 && little && file.length >= 16;
    if (!(big || little) || !(version == 42 || wide)) {
      return Optional.empty();
    }
    TiffDirectory directory = new TiffDirectory(file, big, wide);
    long at = wide ? Bytes.bits64(file, 8, big) : Bytes.unsigned32(file, 4, big);
    if (at > 0 && at < file.length) {
      directory.readEntries((int) at);
    }
    return Optional.of(directory);
  }

  /** Whether numbers have their high byte first. */
  boolean isBig() {
    return big;
  }

  /** Bytes of profiles, XMP and texts, all of them together. */
  long ancillaryBytes() {
    return ancillary;
  }

  boolean has(int tag) {
    return entries.containsKey(tag);
  }

  /** How many values a tag has; 0 if it is absent. */
  long count(int tag) {
    Entry entry = entries.get(tag);
    return entry == null ? 0 : entry.count;
  }

  /**
   * The first value of a tag.
   *
   * @throws ImageException if it is not an integer
   */
  long integer(int tag, long absent) {
    return has(tag) ? integer(tag, 0L, absent) : absent;
  }

  /**
   * One of the values of a tag that has so many.
   *
   * @throws ImageException if it is not an integer
   */
  long integer(int tag, long index, long absent) {
    Entry entry = entries.get(tag);
    if (entry == null || index >= entry.count) {
      return absent;
    }
    int at = (int) (entry.at + index * SIZES[entry.type]);
    return switch (entry.type) {
      case 3 -> Bytes.unsigned16(file, at, big);
      case 4, 13 -> Bytes.unsigned32(file, at, big);
      case 6 -> file[at];
      case 8 -> (short) Bytes.unsigned16(file, at, big);
      case 9 -> (int) Bytes.unsigned32(file, at, big);
      case 16 -> Bytes.bits64(file, at, big);
      default ->
          throw Refusal.corrupt(
              ImageKind.TIFF, "an integer in tag " + tag, "a value of type " + entry.type);
    };
  }

  /** The first value of a tag as Pillow compares it with a number; 0 if it is none. */
  double number(int tag) {
    Entry entry = entries.get(tag);
    if (entry == null) {
      return 0;
    }
    int at = entry.at;
    return switch (entry.type) {
      case 1, 2, 7 -> 0;
      case 5 -> (double) Bytes.unsigned32(file, at, big) / Bytes.unsigned32(file, at + 4, big);
      case 10 ->
          (double) (int) Bytes.unsigned32(file, at, big)
              / (int) Bytes.unsigned32(file, at + 4, big);
      case 11 -> Float.intBitsToFloat((int) Bytes.unsigned32(file, at, big));
      case 12 -> Double.longBitsToDouble(Bytes.bits64(file, at, big));
      default -> integer(tag, 0);
    };
  }

  /** The bytes of a tag, or none if it is absent or of another type. */
  byte[] bytes(int tag) {
    Entry entry = entries.get(tag);
    if (entry == null || (entry.type != BYTE && entry.type != UNDEFINED)) {
      return new byte[0];
    }
    return Arrays.copyOfRange(file, entry.at, entry.at + (int) entry.count);
  }

  private void readEntries(int start) {
    int countLength = wide ? 8 : 2;
    if (start + countLength > file.length) {
      return;
    }
    long count = wide ? Bytes.bits64(file, start, big) : Bytes.unsigned16(file, start, big);
    int length = wide ? 20 : 12;
    long room = ((long) file.length - start - countLength) / length;
    long there = count < 0 ? room : Math.min(count, room);
    long total = 0;
    for (long i = 0; i < there; i++) {
      int at = (int) (start + countLength + i * length);
      int tag = Bytes.unsigned16(file, at, big);
      int type = Bytes.unsigned16(file, at + 2, big);
      if (entries.containsKey(tag) || type >= SIZES.length || SIZES[type] == 0) {
        continue;
      }
      long values = wide ? Bytes.bits64(file, at + 4, big) : Bytes.unsigned32(file, at + 4, big);
      int field = at + (wide ? 12 : 8);
      if (values < 0 || values > file.length) {
        continue;
      }
      long bytes = values * SIZES[type];
      long from = field;
      if (bytes > (wide ? 8 : 4)) {
        from = wide ? Bytes.bits64(file, field, big) : Bytes.unsigned32(file, field, big);
        total += bytes;
        if (from < 0 || total > file.length) {
          continue;
        }
        if (from > file.length - bytes) {
          return;
        }
      }
      if (ANCILLARY.contains(tag)) {
        ancillary += bytes;
      }
      if (values > 0 && tag <= LAST_TAG) {
        entries.put(tag, new Entry(type, values, (int) from));
      }
    }
  }
}
