// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.cardinal.engine.ChildJvm;
import io.cardinal.engine.ChildJvm.Result;
import io.cardinal.engine.ChildJvm.Running;
import io.cardinal.engine.NetworkProbe;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The native cache as whole processes meet it. */
class NativeCacheProcessTest {
  @TempDir static Path folder;

  /** Made by two processes that started at the same time. */
  private static Path filled;

  private static Path dnnl;
  private static Result first;
  private static Result second;

  @BeforeAll
  static void fill() throws IOException {
    filled = folder.resolve("filled/cardinal");
    Running one = with(filled).start(NetworkProbe.class, "small");
    Running other = with(filled).start(NetworkProbe.class, "small");
    first = one.await();
    second = other.await();
    dnnl = find(filled, "libdnnl.so.3");
  }

  @Test
  void shouldServeTwoProcessesThatStartOnAnEmptyCache() throws IOException {
    assertThat(first.exit()).as(first.errors()).isZero();
    assertThat(second.exit()).as(second.errors()).isZero();
    assertThat(second.output()).isEqualTo(first.output()).contains("logit");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(filled)))
        .isEqualTo("rwx------");
    assertThat(Files.size(dnnl)).isGreaterThan(50L << 20);
  }

  /** A process was killed, or the disk was full, while the library was written. */
  @Test
  void shouldReplaceALibraryThatWasCutShort() throws IOException {
    long size = Files.size(dnnl);
    for (long left : new long[] {size / 2, 0}) {
      try (FileChannel channel = FileChannel.open(dnnl, StandardOpenOption.WRITE)) {
        channel.truncate(left);
      }
      Result result = with(filled).run(NetworkProbe.class, "small");
      assertThat(result.exit()).as(result.errors()).isZero();
      assertThat(result.output()).isEqualTo(first.output());
      assertThat(Files.size(dnnl)).isEqualTo(size);
    }
  }

  /**
   * JavaCPP writes a library again where a jar of the same name has another one, or one of another
   * time: a process that was loading the file died of SIGBUS.
   */
  @Test
  void shouldLeaveTheLibrariesOfAnotherBuildAlone() throws IOException {
    Map<Path, Object> before = changes(filled);
    Path other = otherBuild("org/bytedeco/javacpp/linux-x86_64/libjnijavacpp.so");
    Result there = with(filled).ahead(other).run(NetworkProbe.class, "small");
    assertThat(there.exit()).as(there.errors()).isZero();
    assertThat(there.output()).isEqualTo(first.output());
    assertThat(changes(filled)).containsAllEntriesOf(before).hasSizeGreaterThan(before.size());
  }

  /** A jar with the name of the library's jar, in which it has another time. */
  private static Path otherBuild(String library) throws IOException {
    URL resource = NativeCacheProcessTest.class.getClassLoader().getResource(library);
    JarURLConnection connection = (JarURLConnection) resource.openConnection();
    Path jar =
        Files.createDirectory(folder.resolve("other"))
            .resolve(Path.of(connection.getJarFile().getName()).getFileName());
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(jar));
        InputStream in = resource.openStream()) {
      ZipEntry entry = new ZipEntry(library);
      entry.setTime(connection.getJarEntry().getTime() + 24 * 60 * 60 * 1000);
      out.putNextEntry(entry);
      in.transferTo(out);
    }
    return jar;
  }

  /** When each library was written, or anything else about it changed. */
  private static Map<Path, Object> changes(Path cache) throws IOException {
    Map<Path, Object> changes = new HashMap<>();
    try (var files = Files.walk(cache)) {
      for (Path file : files.filter(each -> each.toString().contains(".so")).toList()) {
        changes.put(file, Files.getAttribute(file, "unix:ctime"));
      }
    }
    assertThat(changes).isNotEmpty();
    return changes;
  }

  @Test
  void shouldSayThatTheFolderCannotBeUsed() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    Result result = with(file.resolve("cache")).run(NetworkProbe.class, "small");
    assertCacheError(result, file + "/cache", "the property cardinal.cache");
  }

  @Test
  void shouldSayThatTheFolderIsMountedNoexec() throws IOException, InterruptedException {
    Path mount = Files.createDirectory(folder.resolve("noexec"));
    assumeTrue(mount(mount, "noexec,mode=0700"), "nothing can be mounted here");
    try {
      Result result = with(mount).run(NetworkProbe.class, "small");
      assertCacheError(result, mount.toString(), "noexec");
    } finally {
      command("umount", mount.toString());
    }
  }

  @Test
  void shouldSayThatTheDiskIsFull() throws IOException, InterruptedException {
    Path mount = Files.createDirectory(folder.resolve("tiny"));
    assumeTrue(mount(mount, "size=8m,mode=0700"), "nothing can be mounted here");
    try {
      Result result = with(mount).run(NetworkProbe.class, "small");
      assertCacheError(result, mount.toString(), "has no room");
    } finally {
      command("umount", mount.toString());
    }
  }

  /** A host that uses JavaCPP itself has limits of its own; ours are the budget's. */
  @Test
  void shouldWorkWhateverJavaCppMayTake() {
    Result result =
        with(filled)
            .option("-Dorg.bytedeco.javacpp.maxBytes=1")
            .option("-Dorg.bytedeco.javacpp.maxPhysicalBytes=1")
            .run(NetworkProbe.class, "small");
    assertThat(result.exit()).as(result.errors()).isZero();
    assertThat(result.output()).isEqualTo(first.output());
  }

  /** The host decides where JavaCPP and JNA extract, if it has an opinion. */
  @Test
  void shouldLeaveTheHostsOwnFoldersAlone() throws IOException {
    Path unused = folder.resolve("unused");
    Result result =
        with(unused)
            .option("-Dorg.bytedeco.javacpp.cachedir=" + filled)
            .option("-Djna.tmpdir=" + filled)
            .run(NetworkProbe.class, "small");
    assertThat(result.exit()).as(result.errors()).isZero();
    assertThat(unused).isEmptyDirectory();
  }

  private static void assertCacheError(Result result, String... parts) {
    assertThat(result.exit()).as(result.errors()).isEqualTo(4);
    assertThat(result.lines()).hasSize(1);
    assertThat(result.output()).startsWith("CACHE ").contains(parts).contains("CARDINAL_CACHE");
  }

  private static ChildJvm with(Path cache) {
    return new ChildJvm().option("-Dcardinal.cache=" + cache);
  }

  private static Path find(Path root, String name) throws IOException {
    try (var files = Files.walk(root)) {
      return files
          .filter(file -> file.getFileName().toString().equals(name) && Files.isRegularFile(file))
          .findFirst()
          .orElseThrow();
    }
  }

  private static boolean mount(Path at, String options) throws IOException, InterruptedException {
    return Files.isExecutable(Path.of("/bin/mount"))
        && command("mount", "-t", "tmpfs", "-o", options, "cardinal-test", at.toString()) == 0;
  }

  private static int command(String... words) throws IOException, InterruptedException {
    return new ProcessBuilder(words)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }
}
