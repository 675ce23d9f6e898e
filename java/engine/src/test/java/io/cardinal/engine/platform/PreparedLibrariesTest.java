// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.cardinal.engine.NativeException;
import io.cardinal.engine.NativeException.Reason;
import io.cardinal.testing.ReadOnlyFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The prepared folder, without loading anything from it. */
class PreparedLibrariesTest {
  @TempDir static Path all;

  /** Filled once; what a test changes is put right before the next one. */
  private static Path cache;

  private static PreparedLibraries prepared;

  @TempDir Path folder;

  @BeforeAll
  static void fill() throws IOException {
    cache = all.resolve("opt/native");
    prepared = new PreparedLibraries(cache);
    assertThat(prepared.exist()).isFalse();
    assertThat(prepared.fill()).containsExactlyElementsOf(files());
  }

  /** Bytes are put right by the test that changes them: comparing them all takes its time. */
  @BeforeEach
  void repair() throws IOException {
    for (Path part : List.of(cache, cache.resolve("prepared"), file("libgomp.so.1"))) {
      Files.setPosixFilePermissions(part, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    check();
  }

  @Test
  void shouldBeWholeForAllUsersToRead() throws IOException {
    assertThat(prepared.exist()).isTrue();
    assertThatCode(prepared::checkBytes).doesNotThrowAnyException();
    assertThatCode(PreparedLibrariesTest::check).doesNotThrowAnyException();
    try (var paths = Files.walk(cache.getParent())) {
      assertThat(paths.toList())
          .hasSize(3 + files().size())
          .containsAll(files())
          .allMatch(path -> permissions(path).equals("rwxr-xr-x"));
    }
    assertThat(files())
        .extracting(file -> file.getFileName().toString())
        .contains("libdnnl.so.3", "libgomp.so.1", "libjnidispatch.so", "libjnijavacpp.so");
  }

  @Test
  void shouldWriteNothingTwice() throws IOException {
    assertThat(prepared.fill()).isEmpty();
  }

  @Test
  void shouldReplaceWhatIsDamaged() throws IOException {
    Path gomp = file("libgomp.so.1");
    Path dispatch = file("libjnidispatch.so");
    byte[] bytes = Files.readAllBytes(gomp);
    byte[] dispatchBytes = Files.readAllBytes(dispatch);
    Files.write(gomp, new byte[bytes.length]);
    Files.delete(dispatch);
    assertThatThrownBy(prepared::checkBytes).hasMessageContaining(gomp.toString());
    assertThat(prepared.fill()).containsExactly(gomp, dispatch);
    assertThat(Files.readAllBytes(gomp)).isEqualTo(bytes);
    truncate(gomp, 0);
    Files.delete(dispatch);
    check(); // as each start of a process does
    assertThat(Files.readAllBytes(gomp)).isEqualTo(bytes);
    assertThat(permissions(gomp)).isEqualTo("rwxr-xr-x");
    assertThat(Files.readAllBytes(dispatch)).isEqualTo(dispatchBytes);
  }

  @Test
  void shouldNameWhatIsDamagedWhereNothingCanBeWritten() throws Exception {
    Path dnnl = file("libdnnl.so.3");
    Path gomp = file("libgomp.so.1");
    long size = Files.size(dnnl);
    truncate(dnnl, size / 2);
    whileReadOnly(
        () -> {
          assertRefused(
              PreparedLibrariesTest::check,
              dnnl + " is damaged, or another version's",
              "expected "
                  + size
                  + " bytes, found "
                  + size / 2
                  + " bytes, and it cannot be replaced",
              "fill the folder again: cardinal doctor --prepare " + cache);
        });
    check(); // puts it right
    Files.delete(gomp);
    whileReadOnly(
        () -> {
          assertRefused(
              PreparedLibrariesTest::check,
              gomp.toString(),
              "found no such file, and it cannot be replaced");
          assertThatThrownBy(prepared::fill).isInstanceOf(IOException.class);
        });
    check();
    whileReadOnly(
        () -> {
          assertThatCode(PreparedLibrariesTest::check).doesNotThrowAnyException();
          assertThat(prepared.fill()).isEmpty();
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "prepared", "prepared/libgomp.so.1"})
  void shouldRefuseWhatOthersMayWrite(String name) throws IOException {
    Path shared = cache.resolve(name);
    Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxrwxr-x"));
    assertRefused(
        PreparedLibrariesTest::check,
        shared.toString(),
        "may be written by others",
        "found rwxrwxr-x",
        "go-w");
    if (Files.isDirectory(shared)) { // others may have put something there
      assertRefused(prepared::fill, shared.toString(), "may be written by others");
    } else {
      prepared.fill();
      assertThatCode(PreparedLibrariesTest::check).doesNotThrowAnyException();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "prepared", "prepared/libgomp.so.1"})
  void shouldRefuseWhatAnotherUserOwns(String name) throws IOException {
    assumeTrue(
        Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid")),
        "only root can give a file away");
    Path foreign = cache.resolve(name);
    Files.setAttribute(foreign, "unix:uid", 12345);
    try {
      assertRefused(
          PreparedLibrariesTest::check,
          foreign.toString(),
          "belongs to another user, who could change it",
          "found user id 12345",
          "chown");
    } finally {
      Files.setAttribute(foreign, "unix:uid", 0);
    }
  }

  @Test
  void shouldFillOneFolderTwiceAtOnceAndLeaveItAsItIs() throws IOException {
    Path own = Files.createDirectory(folder.resolve("own"));
    Files.setPosixFilePermissions(own, PosixFilePermissions.fromString("rwx------"));
    PreparedLibraries other = new PreparedLibraries(own);
    CompletableFuture<List<Path>> one = CompletableFuture.supplyAsync(() -> filled(other));
    CompletableFuture<List<Path>> two = CompletableFuture.supplyAsync(() -> filled(other));
    CompletableFuture.allOf(one, two).join();
    assertThatCode(other::checkBytes).doesNotThrowAnyException();
    try (var paths = Files.list(own.resolve("prepared"))) {
      assertThat(paths).hasSize(files().size());
    }
    assertThat(permissions(own)).isEqualTo("rwx------");
    assertThat(other.closedFolder()).contains(own);
    Files.setPosixFilePermissions(own, PosixFilePermissions.fromString("rwxr-xr-x"));
    assertThat(other.closedFolder()).isNotEqualTo(Optional.of(own));
  }

  @Test
  void shouldRefuseWhatIsNoFolder() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("nowhere"));
    for (Path none : List.of(file, link)) {
      for (Path at : List.of(none, none.resolve("below"))) {
        assertThatThrownBy(() -> new PreparedLibraries(at).fill())
            .isInstanceOf(FileSystemException.class)
            .hasMessageContaining(none + ": it is no folder");
      }
    }
  }

  @Test
  void shouldRefuseAPathWithAColon() {
    Path colon = folder.resolve("a:b");
    assertRefused(() -> new PreparedLibraries(colon).fill(), "no colon", colon.toString());
    assertThat(colon).doesNotExist();
  }

  @Test
  void shouldSayThatOtherLibrariesAreInUse() {
    assertThatThrownBy(prepared::checkLoaded)
        .isInstanceOf(NativeException.class)
        .hasMessageContaining("is not the one in use");
  }

  private static void check() {
    new NativeCache(cache, "a test").check();
  }

  private static List<Path> files() {
    return prepared.libraries().stream().map(PreparedLibraries.Library::file).toList();
  }

  private static Path file(String name) {
    return cache.resolve("prepared").resolve(name);
  }

  private static void whileReadOnly(ReadOnlyFolder.Action action) throws Exception {
    assumeTrue(ReadOnlyFolder.during(cache, action), "nothing can be made read-only here");
  }

  private static List<Path> filled(PreparedLibraries libraries) {
    try {
      return libraries.fill();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String permissions(Path path) {
    try {
      return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void truncate(Path file, long bytes) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(bytes);
    }
  }

  private static void assertRefused(ThrowingCallable call, String... parts) {
    assertThatThrownBy(call)
        .isInstanceOf(NativeException.class)
        .hasMessageContainingAll(parts)
        .extracting(e -> ((NativeException) e).reason())
        .isEqualTo(Reason.CACHE);
  }
}
