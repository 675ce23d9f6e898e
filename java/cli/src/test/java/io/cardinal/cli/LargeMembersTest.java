// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Archives whose members are large for a small heap: one by one, or refused; never an Error. */
class LargeMembersTest {
  private static final int MEMBERS = 12;
  private static final int MEMBER_BYTES = 6 << 20;
  private static final int TOO_LARGE_BYTES = 17 << 20;
  private static final int TOO_LARGE = 7;

  @TempDir private Path folder;

  @Test
  void shouldReadMembersOfATarOneByOne() throws Exception {
    Path file = folder.resolve("large.tar");
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(Files.newOutputStream(file))) {
      for (int i = 0; i < MEMBERS; i++) {
        byte[] content = content(i);
        TarArchiveEntry entry = new TarArchiveEntry(i + ".jpg");
        entry.setSize(content.length);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
      }
    }
    check(file, TOO_LARGE_BYTES + " bytes");
  }

  /** Written as a stream, where the length of a member comes behind it. */
  @Test
  void shouldReadMembersOfAZipOneByOne() throws Exception {
    Path file = folder.resolve("large.zip");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      zip.setLevel(Deflater.NO_COMPRESSION);
      for (int i = 0; i < MEMBERS; i++) {
        zip.putNextEntry(new ZipEntry(i + ".jpg"));
        zip.write(content(i));
        zip.closeEntry();
      }
    }
    check(file, "more");
  }

  private void check(Path archive, String found) throws Exception {
    Cli.Result result =
        new ChildCli(folder)
            .option("-Xmx64m")
            .run("classify", "--format", "csv", "--topk", 1, archive);
    assertThat(result.exit()).as(result.err()).isEqualTo(ExitCode.SOME_FAILED);
    List<List<String>> rows = result.csv();
    assertThat(rows).hasSize(1 + MEMBERS);
    for (int i = 0; i < MEMBERS; i++) {
      List<String> row = rows.get(1 + i);
      assertThat(row.get(0)).isEqualTo(archive + "!" + i + ".jpg");
      if (i == TOO_LARGE) {
        assertThat(row).contains("failed", "TOO_MANY_BYTES");
        assertThat(row.get(3)).containsPattern("at most 1\\d{7} bytes").contains(found, "-Xmx");
      } else {
        assertThat(row).contains("ok", "frog");
      }
    }
  }

  /** A photograph, and many bytes behind it. */
  private static byte[] content(int index) throws IOException {
    byte[] photograph = Files.readAllBytes(Cli.FROG);
    byte[] content = new byte[index == TOO_LARGE ? TOO_LARGE_BYTES : MEMBER_BYTES];
    new Random(index).nextBytes(content);
    System.arraycopy(photograph, 0, content, 0, photograph.length);
    Arrays.fill(content, photograph.length, photograph.length + 16, (byte) 0);
    return content;
  }
}
