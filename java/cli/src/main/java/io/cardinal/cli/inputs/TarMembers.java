// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli.inputs;

import io.cardinal.image.ImageException;
import io.cardinal.image.ImageException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.jspecify.annotations.Nullable;

/**
 * The members of a tar.
 *
 * <p>The library reads names and attributes of any length, and goes one call deeper for each header
 * before a member, so both are limited here; it keeps global attributes for ever; it goes one call
 * deeper for each hole of a sparse file, so that those are not read.
 */
final class TarMembers implements Members {
  private static final int CHUNK = 1 << 16;

  private final UnpackedStream in;
  private final Tar tar;

  /** Reads no byte behind the archive's end, and remembers whether that was marked. */
  private static final class Tar extends TarArchiveInputStream {
    private boolean isEndMarked;

    Tar(InputStream in) {
      super(in, TarConstants.DEFAULT_RCDSIZE, StandardCharsets.UTF_8.name());
    }

    @Override
    protected boolean isEOFRecord(byte @Nullable [] block) {
      boolean isEnd = super.isEOFRecord(block);
      isEndMarked |= isEnd && block != null;
      return isEnd;
    }
  }

  /**
   * Reads a tar.
   *
   * @param in the tar's bytes; closed with this
   */
  TarMembers(UnpackedStream in) {
    this.in = in;
    this.tar = new Tar(in);
  }

  @Override
  public @Nullable Member next() throws IOException {
    if (tar.getCurrentEntry() != null) {
      long skipped = 1;
      while (skipped > 0) {
        skipped = tar.skip(Long.MAX_VALUE);
      }
    }
    in.beginHeaders();
    TarArchiveEntry entry = tar.getNextEntry();
    in.endHeaders();
    if (entry == null) {
      checkEnd();
      return null;
    }
    check(entry);
    return new Member(entry.getName(), kind(entry), entry.getRealSize());
  }

  @Override
  public byte[] read(int most) throws IOException {
    return tar.readNBytes(most + 1);
  }

  @Override
  public void close() throws IOException {
    tar.close();
  }

  private static Kind kind(TarArchiveEntry entry) {
    if (entry.isDirectory()) {
      return Kind.FOLDER;
    } else if (entry.isSparse()) {
      return Kind.SPARSE;
    }
    return switch (entry.getLinkFlag()) {
      case TarConstants.LF_NORMAL, TarConstants.LF_OLDNORM, TarConstants.LF_CONTIG -> Kind.FILE;
      default -> Kind.OTHER;
    };
  }

  private static void check(TarArchiveEntry entry) {
    if (!entry.isCheckSumOK()) {
      throw new ImageException(
          Reason.CORRUPT,
          "the tar archive is damaged",
          "headers that fit their checksums",
          "one that does not, after which no member can be found",
          "get an undamaged copy");
    }
    long attributes = 0;
    for (var each : entry.getExtraPaxHeaders().entrySet()) {
      attributes += each.getKey().length() + each.getValue().length();
    }
    if (attributes > UnpackedStream.HEADER_BYTES) {
      throw new ImageException(
          Reason.TOO_MUCH_WORK,
          "the archive's headers are too long",
          "at most " + UnpackedStream.HEADER_BYTES + " characters of attributes",
          attributes + " characters",
          "make the archive again");
    }
  }

  private void checkEnd() throws IOException {
    if (!tar.isEndMarked) {
      throw new ImageException(
          Reason.TRUNCATED,
          "the tar archive is cut short",
          "a block of zeros that ends it",
          "the end of the file",
          "copy it again; all members before the cut were read");
    }
    byte[] chunk = new byte[CHUNK];
    for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
      for (int i = 0; i < read; i++) {
        if (chunk[i] != 0) {
          throw new ImageException(
              Reason.CORRUPT,
              "the tar archive goes on after its end",
              "zeros",
              "other bytes, such as a second archive, whose members were not read",
              "split the file, or join archives with tar --concatenate");
        }
      }
    }
  }
}
