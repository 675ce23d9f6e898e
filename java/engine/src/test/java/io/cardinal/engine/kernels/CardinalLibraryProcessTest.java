// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.cardinal.engine.ChildJvm;
import io.cardinal.engine.ChildJvm.Result;
import io.cardinal.engine.Errors;
import io.cardinal.engine.NetworkProbe;
import io.cardinal.engine.NetworkProbe.Report;
import io.cardinal.engine.kernels.cardinal.CardinalLibrary;
import io.cardinal.engine.platform.PreparedLibraries;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How whole processes find and load libcardinal. */
class CardinalLibraryProcessTest {
  private static final String[] RUN = {"small", "cardinal"};

  @TempDir private Path folder;

  @BeforeEach
  void needLibcardinal() {
    assumeTrue(CardinalLibrary.isBuiltIn(), "this build has no libcardinal");
  }

  /** Another version's file, or a bad disk: its size is right, its bytes are not. */
  @Test
  void shouldExtractADamagedLibraryAgain() throws IOException {
    Path cache = folder.resolve("cache");
    Result first = with(cache).run(NetworkProbe.class, RUN);
    assertThat(first.exit()).as(first.output()).isZero();
    for (String name : new String[] {"libcardinal.so", "libjnicardinal.so"}) {
      Path file = find(cache, name);
      byte[] good = Files.readAllBytes(file);
      damage(file);
      Result again = with(cache).run(NetworkProbe.class, RUN);
      assertThat(again.exit()).as(again.output()).isZero();
      assertThat(again.output()).isEqualTo(first.output());
      assertThat(Files.readAllBytes(file)).isEqualTo(good);
    }
  }

  @Test
  void shouldRefuseADamagedLibraryOfAPreparedFolder() throws IOException {
    Path cache = folder.resolve("native");
    new PreparedLibraries(cache).fill();
    Path file = cache.resolve("prepared/libcardinal.so");
    damage(file);
    Result result = with(cache).run(NetworkProbe.class, RUN);
    assertThat(result.exit()).as(result.errors()).isEqualTo(4);
    assertThat(result.lines())
        .singleElement()
        .asString()
        .startsWith("CACHE ")
        .contains(file + " is damaged, or another version's", "SHA-256 ", "doctor --prepare");
  }

  @Test
  void shouldRunItsScalarKernelsWhereTheInstructionSetIsCapped() {
    Result fast = new ChildJvm().without("CARDINAL_ISA").run(NetworkProbe.class, RUN);
    Result scalar = new ChildJvm().variable("CARDINAL_ISA", "scalar").run(NetworkProbe.class, RUN);
    assertThat(scalar.exit()).as(scalar.output()).isZero();
    Report expected = Report.parse(fast.lines());
    Report found = Report.parse(scalar.lines());
    assertThat(found.implementations()).allMatch(name -> name.startsWith("scalar:"));
    assertThat(Errors.relative(found.logits(), expected.logits())).isLessThan(1e-5);
    Result chosen =
        new ChildJvm().variable("CARDINAL_ISA", "scalar").run(NetworkProbe.class, "small", "auto");
    assertThat(Report.parse(chosen.lines()).implementations())
        .noneMatch(name -> name.startsWith("scalar:"));
  }

  @Test
  void shouldRefuseAnInstructionSetThatItDoesNotKnow() {
    for (String kernels : new String[] {"cardinal", "auto"}) {
      Result result =
          new ChildJvm().variable("CARDINAL_ISA", "sse9").run(NetworkProbe.class, "small", kernels);
      assertThat(result.exit()).as(result.output()).isEqualTo(4);
      assertThat(result.lines())
          .singleElement()
          .asString()
          .contains("CARDINAL_ISA: expected avx512 or scalar, found \"sse9\"");
    }
  }

  private static ChildJvm with(Path cache) {
    return new ChildJvm().option("-Dcardinal.cache=" + cache);
  }

  private static void damage(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);
  }

  private static Path find(Path folder, String name) throws IOException {
    try (var paths = Files.walk(folder)) {
      return paths.filter(path -> path.endsWith(name)).findFirst().orElseThrow();
    }
  }
}
