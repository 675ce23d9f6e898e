// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli.inputs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.cardinal.testing.Golden;
import io.cardinal.testing.Scale;
import io.cardinal.testing.Tar;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Archives that are broken, or made to break their reader: rows, and bounded work. */
@Timeout(120)
class HostileArchivesTest {
  private static final Set<String> REASONS =
      Set.of("", "EMPTY", "UNSUPPORTED", "TRUNCATED", "CORRUPT", "TOO_MANY_BYTES", "TOO_MUCH_WORK");

  @TempDir private Path folder;

  @Test
  void shouldSayThatAnArchiveIsCutShort() throws IOException {
    byte[] tar = tar("t.tar").file("a.jpg", "1").file("b.jpg", "22").raw(new byte[1024]).bytes();
    for (int length = 1; length < 2560; length += length % 512 < 3 || length % 512 > 509 ? 1 : 62) {
      int at = length;
      List<String> expected = new ArrayList<>();
      if (length >= 512 + 1) { // the content is there, if not all of its block
        expected.add("t.tar!a.jpg ");
      }
      if (length >= 1536 + 2) {
        expected.add("t.tar!b.jpg ");
      }
      expected.add(length < 512 ? "t.tar CORRUPT" : "t.tar TRUNCATED");
      List<String> rows = rows("t.tar", Arrays.copyOf(tar, length));
      assertThat(rows).as(() -> "cut at " + at).isEqualTo(expected);
    }
    assertThat(rows("t.tar", Arrays.copyOf(tar, 2560))).as("half of the end's mark").hasSize(2);
  }

  @Test
  void shouldNameTheReasonForEveryCutOfAPackedArchive() throws IOException {
    Random random = new Random(5);
    byte[] noise = new byte[3_000];
    random.nextBytes(noise);
    byte[] tar = tar("t").file("a.jpg", noise).file("b.jpg", "22").raw(new byte[1024]).bytes();
    byte[] gzip = Archives.gzip(tar);
    byte[] zip = Archives.zip("a.jpg", "1".repeat(100), "b.jpg", "22");
    for (byte[] whole : List.of(gzip, zip)) {
      for (int length = 3; length < whole.length - 1; length += 1 + random.nextInt(7)) {
        List<String> rows = rows("t.zip", Arrays.copyOf(whole, length));
        assertThat(rows.get(rows.size() - 1)).matches("t\\.zip (TRUNCATED|CORRUPT)");
        assertThat(rows.subList(0, rows.size() - 1)).allMatch(row -> row.endsWith(".jpg "));
      }
      assertThat(rows("t.zip", whole)).containsExactly("t.zip!a.jpg ", "t.zip!b.jpg ");
    }
  }

  @Test
  void shouldNotBelieveSizes() throws IOException {
    long[] sizes = {1 << 19, 1L << 30, (1L << 33) - 1, 1L << 40, 1L << 62, Long.MAX_VALUE};
    for (long size : sizes) {
      Archives tar = tar("t.tar").header("a.jpg", '0', size).raw(new byte[1_000]);
      assertThat(rows("t.tar", tar.bytes()).get(0)).startsWith("t.tar");
      tar = tar("t.tar").header("a.txt", '0', size).raw(new byte[1_000]);
      assertThat(rows("t.tar", tar.bytes())).hasSize(1);
      byte[] pax = Archives.pax("size", Long.toString(size));
      tar = tar("t.tar").member("x", 'x', pax).header("a.jpg", '0', 5).raw(new byte[512]);
      assertThat(rows("t.tar", tar.bytes()).get(0)).startsWith("t.tar");
    }
    byte[] negative = Archives.block("a.jpg", '0', 5);
    Arrays.fill(negative, 124, 136, (byte) 0xFF);
    assertThat(rows("t.tar", tar("t").checked(negative).raw(new byte[2048]).bytes()))
        .containsExactly("t.tar CORRUPT");
    byte[] large = new byte[Given.MAX_FILE_BYTES + 1];
    byte[] tar = tar("t").file("a.jpg", large).file("b.jpg", "1").raw(new byte[1024]).bytes();
    assertThat(rows("t.tar", tar)).containsExactly("t.tar!a.jpg TOO_MANY_BYTES", "t.tar!b.jpg ");
    byte[] zip = Archives.zip("a.jpg", "x".repeat(large.length), "b.jpg", "1");
    assertThat(rows("t.zip", zip)).containsExactly("t.zip!a.jpg TOO_MANY_BYTES", "t.zip!b.jpg ");
  }

  @Test
  void shouldBoundTheHeadersBeforeAMember() throws IOException {
    byte[] megabytes = new byte[3 << 20];
    Arrays.fill(megabytes, (byte) 'n');
    for (char kind : new char[] {'L', 'K'}) {
      byte[] tar =
          tar("t").member("x", kind, megabytes).file("a.jpg", "1").raw(new byte[1024]).bytes();
      assertThat(rows("t.tar", tar)).containsExactly("t.tar TOO_MUCH_WORK");
    }
    byte[] pax = Archives.pax("path", "n".repeat(3 << 20));
    byte[] tar = tar("t").member("x", 'x', pax).file("a.jpg", "1").bytes();
    assertThat(rows("t.tar", tar)).containsExactly("t.tar TOO_MUCH_WORK");

    Archives many = tar("t");
    for (int i = 0; i < 100_000; i++) { // each would be a call deeper
      many.member("x", 'L', new byte[1]);
    }
    assertThat(rows("t.tar", many.file("a.jpg", "1").bytes()))
        .containsExactly("t.tar TOO_MUCH_WORK");

    Archives globals = tar("t");
    for (int i = 0; i < 20; i++) {
      globals.member("x", 'g', Archives.pax("key" + i, "v".repeat(100_000))).file("a.jpg", "1");
    }
    List<String> rows = rows("t.tar", globals.raw(new byte[1024]).bytes());
    assertThat(rows).hasSizeBetween(8, 12).endsWith("t.tar TOO_MUCH_WORK");
  }

  @Test
  void shouldReadNoSparseMember() throws IOException {
    StringBuilder map = new StringBuilder("0,1");
    for (int i = 1; i < 20_000; i++) {
      map.append(',').append(2 * i).append(",1");
    }
    byte[] pax =
        join(
            Archives.pax("GNU.sparse.map", map.toString()),
            Archives.pax("GNU.sparse.size", "2000000000"));
    byte[] tar =
        tar("t")
            .member("x", 'x', pax)
            .file("a.jpg", new byte[20_000])
            .file("b.jpg", "1")
            .raw(new byte[1024])
            .bytes();
    List<String> rows = rows("t.tar", tar);
    assertThat(rows.get(0)).isEqualTo("t.tar!a.jpg UNSUPPORTED");
    assertThat(rows).hasSize(2);
  }

  @Test
  void shouldReadWhatLiesBehindARealSparseMember() throws Exception {
    Path sparse = folder.resolve("a.jpg");
    Files.write(sparse, new byte[1]);
    try (var channel = Files.newByteChannel(sparse, java.nio.file.StandardOpenOption.WRITE)) {
      channel.position(1 << 22).write(java.nio.ByteBuffer.wrap(new byte[] {1}));
    }
    Files.writeString(folder.resolve("b.jpg"), "1");
    for (String format : List.of("gnu", "pax")) {
      List<String> command =
          List.of("tar", "-S", "--format=" + format, "-cf", "t.tar", "a.jpg", "b.jpg");
      Process process = new ProcessBuilder(command).directory(folder.toFile()).start();
      assertThat(process.waitFor()).isZero();
      assertThat(Files.size(folder.resolve("t.tar"))).as("stored with holes").isLessThan(1 << 20);
      assertThat(rows("t.tar", Files.readAllBytes(folder.resolve("t.tar"))))
          .containsExactly("t.tar!a.jpg UNSUPPORTED", "t.tar!b.jpg ");
    }
  }

  @Test
  void shouldCapTheRatioOfUnpackedToPackedBytes() throws IOException {
    int megabytes = 160;
    Path gzip = folder.resolve("bomb.tgz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(gzip))) {
      out.write(tar("t").header("a.txt", '0', (long) megabytes << 20).bytes());
      zeros(out, megabytes);
    }
    assertThat(Files.size(gzip)).isLessThan(1 << 20);
    assertThat(Given.reasons(gzip, "z")).containsExactly(gzip + " TOO_MUCH_WORK", "z NOT_FOUND");

    Path zip = folder.resolve("bomb.zip");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
      out.setLevel(Deflater.BEST_COMPRESSION);
      for (String name : List.of("a.jpg", "b.txt", "c.jpg")) {
        out.putNextEntry(new ZipEntry(name));
        zeros(out, megabytes / 2);
      }
    }
    assertThat(Given.reasons(zip, "z"))
        .containsExactly(zip + "!a.jpg TOO_MANY_BYTES", zip + " TOO_MUCH_WORK", "z NOT_FOUND");
  }

  @Test
  void shouldSayWhatAZipHasThatIsNotRead() throws IOException {
    byte[] zip = Archives.zip("a.jpg", "1", "b.jpg", "2");
    byte[] encrypted = zip.clone();
    encrypted[6] |= 1;
    assertThat(rows("t.zip", encrypted)).containsExactly("t.zip UNSUPPORTED");
    for (int method : new int[] {1, 6, 9, 12, 14, 93, 95, 99}) {
      byte[] other = zip.clone();
      other[8] = (byte) method;
      assertThat(rows("t.zip", other)).containsExactly("t.zip UNSUPPORTED");
    }
    byte[] stored = zip.clone();
    stored[8] = 0; // its length follows its content
    assertThat(rows("t.zip", stored)).containsExactly("t.zip UNSUPPORTED");
    byte[] damaged = zip.clone();
    damaged[36] ^= 0x55;
    assertThat(rows("t.zip", damaged)).containsExactly("t.zip CORRUPT");
  }

  @Test
  void shouldNoticeMembersThatItCannotSee() throws IOException {
    byte[] zip = Archives.zip("a.jpg", "1", "b.jpg", "2");
    int second = indexOf(zip, "PK\3\4", 4);
    zip[second] = 'X';
    assertThat(rows("t.zip", zip)).containsExactly("t.zip!a.jpg ", "t.zip CORRUPT");
    byte[] tar = tar("t").file("a.jpg", "1").raw(new byte[1024]).bytes();
    assertThat(rows("t.tar", join(tar, tar))).containsExactly("t.tar!a.jpg ", "t.tar CORRUPT");
    byte[] sum = tar("t").file("a.jpg", "1").file("b.jpg", "2").raw(new byte[1024]).bytes();
    sum[1024] = 'c';
    assertThat(rows("t.tar", sum)).containsExactly("t.tar!a.jpg ", "t.tar CORRUPT");
  }

  @Test
  void shouldRefuseOrAnswerAnyChangedArchive() throws IOException {
    Random random = new Random(Scale.seed(HostileArchivesTest.class));
    byte[] tar =
        tar("t")
            .member("x", 'x', Archives.pax("path", "p/é.jpg"))
            .file("a.jpg", "1")
            .member("x", 'L', "long.jpg\0".getBytes(UTF_8))
            .file("b.jpg", "22")
            .member("x", 'g', Archives.pax("size", "3"))
            .header("s.jpg", 'S', 7)
            .raw(new byte[512])
            .file("c.jpg", "333")
            .raw(new byte[1024])
            .bytes();
    List<byte[]> seeds =
        List.of(tar, Archives.gzip(tar), Archives.zip("a.jpg", "1", "é.png", "22".repeat(99)));
    var counts = new TreeMap<String, Integer>();
    for (int i = 0; i < Scale.of(600, 1_000_000); i++) {
      byte[] changed = mutated(seeds.get(i % seeds.size()), i % seeds.size() == 0, random);
      for (String row : rows("t.tar", changed)) {
        String reason = row.substring(row.lastIndexOf(' ') + 1);
        assertThat(REASONS).as("archive %d", i).contains(reason);
        counts.merge(reason, 1, Integer::sum);
      }
    }
    assertThat(counts).containsKeys("", "CORRUPT", "TRUNCATED");
  }

  /** Strangers' archives, where the whole data is there. */
  @Test
  void shouldReadStrangersArchives() throws IOException {
    Path data = Golden.directory().resolveSibling("data");
    Assumptions.assumeTrue(Golden.isWhole() && Files.exists(data), "the data lies beside golden");
    long[] images = {0};
    Tar.forEach(
        data.resolve("conformance.tar"),
        (name, content) -> images[0] += NameFilter.isImage(name) ? 1 : 0);
    assertThat(Given.names(data.resolve("conformance.tar"))).hasSize((int) images[0]);
    Tar.forEach(
        data.resolve("parsers.tar"),
        (name, content) -> {
          String file = name.replace('/', '_');
          if (name.startsWith("commons-compress/")) {
            assertThat(rows(file.replaceFirst("[^.]*$", "tar"), content))
                .as(name)
                .allMatch(row -> REASONS.contains(row.substring(row.lastIndexOf(' ') + 1)));
          }
        });
  }

  private static byte[] mutated(byte[] seed, boolean isTar, Random random) {
    byte[] changed = seed.clone();
    for (int count = 1 + random.nextInt(4); count > 0; count--) {
      int at = random.nextInt(changed.length);
      switch (random.nextInt(3)) {
        case 0 -> changed[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> changed[at] = (byte) random.nextInt(256);
        default -> {
          int length = Math.min(random.nextInt(600), changed.length - at);
          System.arraycopy(
              changed, random.nextInt(changed.length - length + 1), changed, at, length);
        }
      }
    }
    if (isTar && random.nextBoolean()) {
      for (int at = 0; at + 512 <= changed.length; at += 512) { // let the checksums be right
        byte[] block = Arrays.copyOfRange(changed, at, at + 512);
        if (block[257] == 'u' && block[258] == 's') {
          byte[] checked = Archives.tar(Path.of("t")).checked(block).bytes();
          System.arraycopy(checked, 0, changed, at, 512);
        }
      }
    }
    return random.nextInt(4) == 0
        ? Arrays.copyOf(changed, random.nextInt(changed.length))
        : changed;
  }

  private static void zeros(OutputStream out, int megabytes) throws IOException {
    byte[] zeros = new byte[1 << 20];
    for (int i = 0; i < megabytes; i++) {
      out.write(zeros);
    }
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  private static int indexOf(byte[] bytes, String text, int from) {
    return new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1).indexOf(text, from);
  }

  private Archives tar(String name) {
    return Archives.tar(folder.resolve(name));
  }

  /** The rows of an archive, without the folder that it lies in. */
  private List<String> rows(String name, byte[] content) throws IOException {
    Path file = Files.write(folder.resolve(name), content);
    String prefix = folder + "/";
    return Given.reasons(file).stream().map(row -> row.substring(prefix.length())).toList();
  }
}
