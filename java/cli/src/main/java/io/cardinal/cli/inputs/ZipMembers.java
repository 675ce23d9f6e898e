// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli.inputs;

import io.cardinal.image.ImageException;
import io.cardinal.image.ImageException.Reason;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.jspecify.annotations.Nullable;

/**
 * The members of a zip, read from its front as a stream, so that its directory is not held in
 * memory. At the end their number is compared with the directory's.
 */
final class ZipMembers implements Members {
  private static final int CHUNK = 1 << 16;
  private static final int END_RECORD = 0x06054B50;
  private static final int END_RECORD_BYTES = 22;
  private static final int LONGEST_COMMENT = 0xFFFF;

  private final Path file;
  private final ZipInputStream zip;
  private final UnpackedStream content;
  private final byte[] chunk = new byte[CHUNK];
  private long members;

  /**
   * Reads a zip.
   *
   * @param file the archive
   * @param packed its bytes; closed with this
   */
  ZipMembers(Path file, BufferedInputStream packed, PackedStream counted) {
    this.file = file;
    this.zip = new ZipInputStream(packed, StandardCharsets.ISO_8859_1);
    this.content = new UnpackedStream(zip, counted);
  }

  @Override
  public @Nullable Member next() throws IOException {
    int read = 0;
    while (members > 0 && read >= 0) {
      read = content.read(chunk); // by ourselves, so that it is counted
    }
    ZipEntry entry = zip.getNextEntry();
    if (entry == null) {
      checkEnd();
      return null;
    }
    members++;
    Kind kind = entry.isDirectory() ? Kind.FOLDER : Kind.FILE;
    return new Member(name(entry.getName()), kind, entry.getSize());
  }

  @Override
  public byte[] read(int most) throws IOException {
    return content.readNBytes(most + 1);
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }

  /**
   * Many zips have names in UTF-8 without saying so. They were read byte by byte, which nothing can
   * fail; what is no UTF-8 stays so.
   */
  private static String name(String bytes) {
    try {
      byte[] latin = new byte[bytes.length()];
      for (int i = 0; i < latin.length; i++) {
        if (bytes.charAt(i) > 0xFF) {
          return bytes; // it was said to be UTF-8
        }
        latin[i] = (byte) bytes.charAt(i);
      }
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(latin)).toString();
    } catch (CharacterCodingException e) {
      return bytes;
    }
  }

  private void checkEnd() throws IOException {
    int stated = statedMembers();
    boolean isLarge = stated == 0xFFFF; // the number stands elsewhere
    if (!isLarge && stated != (members & 0xFFFF)) {
      throw new ImageException(
          Reason.CORRUPT,
          "the zip archive is damaged",
          stated + " members, as its directory says",
          members + " before something that is none",
          "get an undamaged copy, or make the archive again");
    }
  }

  /** The number of members in the record at the archive's end, in 16 bits. */
  private int statedMembers() throws IOException {
    try (SeekableByteChannel channel = Files.newByteChannel(file)) {
      long start = Math.max(0, channel.size() - END_RECORD_BYTES - LONGEST_COMMENT);
      ByteBuffer tail = ByteBuffer.allocate((int) (channel.size() - start));
      channel.position(start);
      int read = 0;
      while (tail.hasRemaining() && read >= 0) {
        read = channel.read(tail);
      }
      tail.flip().order(ByteOrder.LITTLE_ENDIAN);
      for (int at = tail.limit() - END_RECORD_BYTES; at >= 0; at--) {
        if (tail.getInt(at) == END_RECORD) {
          return tail.getShort(at + 10) & 0xFFFF;
        }
      }
    }
    throw new ImageException(
        Reason.TRUNCATED,
        "the zip archive is cut short",
        "a directory at its end",
        "none",
        "copy it again; all members before the cut were read");
  }
}
