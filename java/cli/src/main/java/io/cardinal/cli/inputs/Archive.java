// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli.inputs;

import io.cardinal.cli.Failures;
import io.cardinal.image.ImageException;
import io.cardinal.image.ImageException.Reason;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.apache.commons.compress.archivers.tar.TarUtils;
import org.jspecify.annotations.Nullable;

/**
 * The images in a tar, a gzipped tar or a zip, in its order, read as a stream: nothing is written
 * to disk, and a name in it is nothing but a name. Where it cannot be read on, one failed input of
 * the archive's name says why.
 */
final class Archive implements InputSequence {
  private static final List<String> ENDINGS = List.of(".tar", ".tar.gz", ".tgz", ".zip");
  private static final int BLOCK = 512;
  private static final int BUFFER = 1 << 16;

  /** Most bytes of a member: putting its parts together takes twice as much for a moment. */
  private static final int LARGEST =
      (int) Math.min(Integer.MAX_VALUE - 10, Runtime.getRuntime().maxMemory() / 4);

  private final String name;
  private final Path file;
  private final InputRules rules;
  private final OtherFiles others;
  private @Nullable PackedStream packed;
  private @Nullable Members members;
  private boolean hasEnded;

  Archive(String name, Path file, InputRules rules, OtherFiles others) {
    this.name = name;
    this.file = file;
    this.rules = rules;
    this.others = others;
  }

  /** Whether a name ends as those of archives do. */
  static boolean isArchive(String name) {
    String lowerCase = name.toLowerCase(Locale.ROOT);
    return ENDINGS.stream().anyMatch(lowerCase::endsWith);
  }

  @Override
  public @Nullable Input next() {
    if (hasEnded) {
      return null;
    }
    try {
      Members open = members();
      for (Members.Member each = open.next(); each != null; each = open.next()) {
        if (isWanted(each)) {
          return input(open, each);
        }
      }
      hasEnded = true;
      return null;
    } catch (IOException
        | RuntimeException e) { // a stranger's file may bring up any in the library
      return ended(e);
    }
  }

  @Override
  public boolean isNaming() {
    return false;
  }

  @Override
  public void close() {
    if (members != null) {
      Closing.quietly(members);
    } else if (packed != null) {
      Closing.quietly(packed);
    }
  }

  private Members members() throws IOException {
    if (members == null) {
      PackedStream counted = new PackedStream(file);
      packed = counted;
      members = open(counted);
    }
    return members;
  }

  private Members open(PackedStream counted) throws IOException {
    BufferedInputStream in = new BufferedInputStream(counted, BUFFER);
    byte[] start = start(in);
    if (start.length == 0) {
      throw new ImageException(
          Reason.EMPTY,
          "the archive is empty",
          "a tar or zip archive",
          "no bytes",
          "copy it again");
    }
    if (start[0] == 'P' && start.length > 3 && start[1] == 'K' && start[2] + 1 == start[3]) {
      return new ZipMembers(file, in, counted);
    }
    boolean isGzip = start.length > 1 && start[0] == 0x1F && start[1] == (byte) 0x8B;
    if (isGzip) {
      in = new BufferedInputStream(new GZIPInputStream(in, BUFFER), BUFFER);
      start = start(in);
    }
    if (start.length < BLOCK || (!TarUtils.verifyCheckSum(start) && !isZeros(start))) {
      throw new ImageException(
          Reason.CORRUPT,
          "this is no archive, whatever its name says",
          "a tar, a gzipped tar or a zip",
          isGzip ? "other content behind gzip" : "other content",
          "give it its right name");
    }
    return new TarMembers(new UnpackedStream(in, counted));
  }

  private static byte[] start(BufferedInputStream in) throws IOException {
    in.mark(BLOCK);
    byte[] start = in.readNBytes(BLOCK);
    in.reset();
    return start;
  }

  private static boolean isZeros(byte[] block) {
    for (byte each : block) {
      if (each != 0) {
        return false;
      }
    }
    return true;
  }

  private boolean isWanted(Members.Member member) {
    if (member.kind() == Members.Kind.FOLDER || NameFilter.isHidden(member.name())) {
      return false;
    }
    if (member.kind() != Members.Kind.OTHER && rules.filter().accepts(member.name())) {
      return true;
    }
    others.add();
    return false;
  }

  private Input input(Members open, Members.Member member) throws IOException {
    String shown = name + "!" + member.name();
    if (member.kind() == Members.Kind.SPARSE) {
      return Input.failed(
          shown,
          new ImageException(
              Reason.UNSUPPORTED,
              "the member is stored as a sparse file",
              "one without holes",
              "holes",
              "make the archive without tar --sparse"));
    }
    int most = (int) Math.min(rules.maxFileBytes(), LARGEST);
    if (member.size() > most) {
      return tooLarge(shown, most, member.size() + " bytes");
    } else if (member.size() >= 0) {
      return Input.unread(shown, member.size(), () -> stated(open, shown, (int) member.size()));
    }
    int little = Math.min(most, Inputs.AHEAD_BYTES);
    byte[] start = open.read(little);
    return start.length <= little
        ? Input.of(shown, start)
        : Input.unread(shown, most, () -> unstated(open, shown, start, most));
  }

  /** Reads the current member, whose length stands before it. */
  private Input stated(Members open, String shown, int size) {
    try {
      byte[] content = open.read(size);
      if (content.length > size) {
        throw new ZipException("a member of more than the " + size + " bytes that it states");
      }
      return Input.of(shown, content);
    } catch (IOException | RuntimeException e) { // as in next
      return ended(e);
    }
  }

  /** Reads the rest of the current member, whose length comes behind it. */
  private Input unstated(Members open, String shown, byte[] start, int most) {
    try {
      byte[] rest = open.read(most - start.length);
      if (rest.length > most - start.length) {
        return tooLarge(shown, most, "more");
      }
      byte[] content = Arrays.copyOf(start, start.length + rest.length);
      System.arraycopy(rest, 0, content, start.length, rest.length);
      return Input.of(shown, content);
    } catch (IOException | RuntimeException e) { // as in next
      return ended(e);
    }
  }

  private static Input tooLarge(String shown, int most, String found) {
    String remedy = "take it out of the archive if it is an image";
    return Input.failed(
        shown,
        new ImageException(
            Reason.TOO_MANY_BYTES,
            "the member is too large",
            "at most " + most + " bytes",
            found,
            most < LARGEST ? remedy : "give Java more memory (-Xmx), or " + remedy));
  }

  /** The row of an archive that cannot be read on. */
  private Input ended(Exception e) {
    hasEnded = true;
    return Input.failed(name, refusal(e));
  }

  /** Why the archive cannot be read on. */
  private RuntimeException refusal(Exception e) {
    if (e instanceof ImageException refused) {
      return refused;
    }
    IOException failure = packed == null && e instanceof IOException io ? io : null;
    if (packed != null) {
      failure = packed.failure();
    }
    if (failure != null) {
      return new UncheckedIOException(failure);
    }
    boolean isAtEnd = packed != null && packed.isAtEnd();
    boolean isDamage = e instanceof ZipException || e instanceof RuntimeException;
    if (e instanceof EOFException || (isAtEnd && !isDamage)) {
      return new ImageException(
          Reason.TRUNCATED,
          "the archive is cut short",
          "the rest of a member",
          "the end of the file",
          "copy it again; all members before that one were read");
    }
    String said = Failures.message(e);
    boolean isUnsupported =
        e instanceof ZipException
            && (said.contains("encrypted") || said.contains("method") || said.contains("EXT"));
    return new ImageException(
        isUnsupported ? Reason.UNSUPPORTED : Reason.CORRUPT,
        isUnsupported ? "the archive cannot be read on" : "the archive is damaged",
        isUnsupported ? "members that are stored or deflated" : "a readable member",
        said,
        "unpack it yourself, or make it again; all members before that one were read");
  }
}
