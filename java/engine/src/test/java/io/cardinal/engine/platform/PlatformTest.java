// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cardinal.engine.NativeException;
import io.cardinal.engine.NativeException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which machines are served, and what the others are told. */
class PlatformTest {
  private static final String LINUX = "Linux amd64";
  private static final Set<String> FLAGS = Set.of("sse4_1", "avx", "avx2", "fma");

  @ParameterizedTest
  @ValueSource(
      strings = {"glibc 2.34", "glibc 2.36", "glibc 2.100", "glibc 3.0", "glibc 2.x", "unknown"})
  void shouldServeNewEnoughLibraries(String library) {
    assertThatCode(() -> new Platform(LINUX, "a CPU", FLAGS, library).check())
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"musl", "glibc 2.31", "glibc 2.33", "glibc 2", "glibc 1.99"})
  void shouldRefuseOtherLibraries(String library) {
    assertRefused(
        new Platform(LINUX, "a CPU", FLAGS, library),
        Reason.C_LIBRARY,
        "expected glibc 2.34 or newer",
        "found " + library);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Linux aarch64", "Mac OS X x86_64", "Windows 11 amd64", "Linux x86", "Linux"})
  void shouldRefuseOtherSystems(String system) {
    assertRefused(
        new Platform(system, "a CPU", FLAGS, "glibc 2.36"),
        Reason.UNSUPPORTED_PLATFORM,
        "expected Linux amd64",
        "found " + system);
  }

  @Test
  void shouldNameTheCpusFamily(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("cpuinfo");
    Files.writeString(
        file,
        "processor\t: 0\nvendor_id\t: GenuineIntel\ncpu family\t: 6\nmodel\t\t: 143\n"
            + "model name\t: Xeon\n\nprocessor\t: 1\nvendor_id\t: GenuineIntel\nmodel\t\t: 1\n");
    assertThat(Platform.cpuFamily(file)).isEqualTo("genuineintel-6-143");
    Files.writeString(file, "nothing of the kind");
    assertThat(Platform.cpuFamily(file)).isEqualTo("unknown-0-0");
    assertThat(Platform.cpuFamily(folder.resolve("none"))).isEqualTo("unknown-0-0");
    assertThat(Platform.cpuFamily()).matches("\\w+-\\d+-\\d+");
  }

  @Test
  void shouldRefuseACpuWithoutSse41() {
    assertRefused(
        new Platform(LINUX, "Pentium 4", Set.of("sse", "sse2"), "glibc 2.36"),
        Reason.UNSUPPORTED_CPU,
        "expected SSE4.1",
        "found Pentium 4 without it");
  }

  @Test
  void shouldLeaveACpuWithUnknownFlagsToTheLibrary() {
    assertThatCode(() -> new Platform(LINUX, "unknown", Set.of(), "glibc 2.36").check())
        .doesNotThrowAnyException();
  }

  @Test
  void shouldNoteTheFlagsThatMatter() {
    Platform platform =
        new Platform(LINUX, "a CPU", Set.of("avx512f", "mmx", "sse4_1", "avx2"), "glibc 2.36");
    assertThat(platform.notedFlags()).containsExactly("sse4_1", "avx2", "avx512f");
  }

  @Test
  void shouldServeThisMachine() {
    Platform current = Platform.current();
    assertThatCode(current::check).doesNotThrowAnyException();
    assertThat(current.library()).startsWith("glibc 2.");
    assertThat(current.flags()).contains("sse4_1");
    assertThat(current.cpu()).isNotEmpty();
  }

  private static void assertRefused(
      Platform platform, Reason reason, String expected, String found) {
    assertThatThrownBy(platform::check)
        .isInstanceOf(NativeException.class)
        .hasMessageContaining(expected)
        .hasMessageContaining(found)
        .extracting(e -> ((NativeException) e).reason())
        .isEqualTo(reason);
  }
}
