// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.cardinal.engine.NativeException;
import io.cardinal.engine.NativeException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where native libraries go, and which folders are refused. */
class NativeCacheTest {
  private static final Map<String, String> ALL =
      Map.of("CARDINAL_CACHE", "/variable", "XDG_CACHE_HOME", "/xdg");

  @TempDir Path folder;

  @Test
  void shouldFollowTheSettingsInTheirOrder() {
    assertThat(NativeCache.configured("/property", ALL, "/home/me"))
        .isEqualTo(new NativeCache(Path.of("/property"), "the property cardinal.cache"));
    assertThat(NativeCache.configured(null, ALL, "/home/me"))
        .isEqualTo(new NativeCache(Path.of("/variable"), "the variable CARDINAL_CACHE"));
    assertThat(NativeCache.configured("", ALL, "/home/me").directory())
        .isEqualTo(Path.of("/variable"));
    Map<String, String> xdg = Map.of("XDG_CACHE_HOME", "/xdg", "CARDINAL_CACHE", "");
    assertThat(NativeCache.configured(null, xdg, "/home/me"))
        .isEqualTo(new NativeCache(Path.of("/xdg/cardinal"), "the variable XDG_CACHE_HOME"));
    assertThat(NativeCache.configured(null, Map.of(), "/home/me"))
        .isEqualTo(new NativeCache(Path.of("/home/me/.cache/cardinal"), "the home folder"));
  }

  @Test
  void shouldPassOverARelativeXdgFolder() { // as its specification says
    assertThat(NativeCache.configured(null, Map.of("XDG_CACHE_HOME", "xdg"), "/home/me").origin())
        .isEqualTo("the home folder");
  }

  @Test
  void shouldMakeARelativeSettingAbsolute() {
    assertThat(NativeCache.configured("here", Map.of(), null).directory())
        .isEqualTo(Path.of("here").toAbsolutePath());
  }

  @Test
  void shouldSayThatThereIsNoFolder() {
    assertRefused(() -> NativeCache.configured(null, Map.of(), null), "no home folder");
    assertRefused(() -> NativeCache.configured(null, Map.of(), "?"), "set CARDINAL_CACHE");
  }

  @Test
  void shouldCreateTheFolderForItsOwnerAlone() throws IOException {
    Path deep = folder.resolve("a/b/cardinal");
    new NativeCache(deep, "a test").check();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(deep)))
        .isEqualTo("rwx------");
    assertThat(deep).isEmptyDirectory();
    assertThatCode(() -> new NativeCache(deep, "a test").check()).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"rwxrwx---", "rwx----w-", "rwxrwxrwx"})
  void shouldRefuseAFolderThatOthersMayWrite(String permissions) throws IOException {
    Path shared = Files.createDirectory(folder.resolve("shared"));
    Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString(permissions));
    assertRefused(
        () -> new NativeCache(shared, "the variable CARDINAL_CACHE").check(),
        shared.toString(),
        "may be written by others",
        "the variable CARDINAL_CACHE",
        "expected rwx------ or rwxr-xr-x, found " + permissions,
        "set CARDINAL_CACHE");
  }

  @Test
  void shouldAcceptAFolderThatOthersMayRead() throws IOException {
    Path readable = Files.createDirectory(folder.resolve("readable"));
    Files.setPosixFilePermissions(readable, PosixFilePermissions.fromString("rwxr-xr-x"));
    assertThatCode(() -> new NativeCache(readable, "a test").check()).doesNotThrowAnyException();
  }

  @Test
  void shouldRefuseAFolderOfAnotherUser() throws IOException {
    assumeTrue(isRoot(), "only root can give a folder away");
    Path foreign = Files.createDirectory(folder.resolve("foreign"));
    Files.setAttribute(foreign, "unix:uid", 12345);
    assertRefused(
        () -> new NativeCache(foreign, "a test").check(),
        "belongs to another user, who could change it",
        "expected user id 0, found user id 12345",
        "give it to root (chown -R 0), or set CARDINAL_CACHE");
  }

  @Test
  void shouldRefuseAFileInThePlaceOfTheFolder() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    assertRefused(
        () -> new NativeCache(file, "a test").check(),
        file.toString(),
        "expected a folder that can be written, or that was filled by cardinal doctor --prepare",
        "FileAlreadyExistsException");
    assertRefused(
        () -> new NativeCache(file.resolve("below"), "a test").check(), "below (from a test)");
  }

  @Test
  void shouldRefuseAFolderThatCannotBeWritten() throws IOException {
    assumeTrue(!isRoot(), "root may write everywhere");
    Path locked = Files.createDirectory(folder.resolve("locked"));
    Files.setPosixFilePermissions(locked, PosixFilePermissions.fromString("r-x------"));
    assertRefused(() -> new NativeCache(locked, "a test").check(), "AccessDeniedException");
    assertRefused(
        () -> new NativeCache(locked.resolve("cardinal"), "a test").check(),
        "AccessDeniedException");
  }

  @Test
  void shouldNameTheLikelyCauseOfALibraryThatDoesNotLoad() {
    Throwable mount =
        new UnsatisfiedLinkError(
            "/c/libdnnl.so.3: failed to map segment from shared object: Operation not permitted");
    NativeException noExec = NativeCache.notLoaded("libjnidnnl", new IllegalStateException(mount));
    assertThat(noExec.reason()).isEqualTo(Reason.CACHE);
    assertThat(noExec).hasMessageContaining("noexec").hasMessageContaining("set CARDINAL_CACHE");
    NativeException full =
        NativeCache.notLoaded("libjnidnnl", new IOException("No space left on device"));
    assertThat(full.reason()).isEqualTo(Reason.CACHE);
    NativeException other =
        NativeCache.notLoaded("libjnidnnl", new UnsatisfiedLinkError("undefined symbol: x"));
    assertThat(other.reason()).isEqualTo(Reason.LIBRARY);
    assertThat(other).hasMessageContaining("undefined symbol: x");
  }

  private static boolean isRoot() throws IOException {
    return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
  }

  private static void assertRefused(ThrowingCallable call, String... parts) {
    assertThatThrownBy(call)
        .isInstanceOf(NativeException.class)
        .hasMessageContainingAll(parts)
        .extracting(e -> ((NativeException) e).reason())
        .isEqualTo(Reason.CACHE);
  }
}
