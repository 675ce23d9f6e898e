// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.cardinal.engine.ChildJvm;
import io.cardinal.engine.ChildJvm.Result;
import io.cardinal.engine.NetworkProbe;
import io.cardinal.testing.JavaCommand;
import io.cardinal.testing.ReadOnlyFolder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The prepared folder as whole processes meet it. */
class PreparedLibrariesProcessTest {
  @TempDir static Path all;

  /** Filled once; each test puts right what it changes. */
  private static Path cache;

  @TempDir Path folder;

  private Path working;

  @BeforeAll
  static void fill() throws IOException {
    cache = all.resolve("native");
    new PreparedLibraries(cache).fill();
  }

  @BeforeEach
  void makeAFolderToWorkIn() throws IOException {
    working = Files.createDirectory(folder.resolve("working"));
  }

  /** As a container with a read-only file system, an unknown user and no home. */
  @Test
  void shouldWriteNothing() throws Exception {
    Result ordinary = new ChildJvm().run(NetworkProbe.class, "small");
    List<Path> before = list(cache);
    whileReadOnly(
        () -> {
          Result result = child().run(NetworkProbe.class, "small");
          assertThat(result.exit()).as(result.errors()).isZero();
          assertThat(result.errors().lines()).allMatch(JavaCommand.NO_TEMPORARY_FOLDER::equals);
          assertThat(result.output()).isEqualTo(ordinary.output()).contains("logit");
        });
    assertThat(working).isEmptyDirectory(); // "?" would be a folder here
    assertThat(list(cache)).isEqualTo(before);
  }

  /** There a class finds only the resources of its own module. */
  @Test
  void shouldServeAsAModule() throws IOException {
    Result result = child().asModule().run(NetworkProbe.class, "small");
    assertThat(result.exit()).as(result.errors()).isZero();
    assertThat(result.output()).contains("logit");
    Path file = cache.resolve("prepared/libgomp.so.1");
    Files.write(file, new byte[1]);
    result = child().asModule().run(NetworkProbe.class, "small");
    assertThat(result.exit()).as(result.errors()).isZero();
    assertThat(Files.size(file)).isGreaterThan(1); // it was put right
  }

  /** A mapped file that is too short would kill the process. */
  @Test
  void shouldNameALibraryThatWasCutShort() throws Exception {
    for (String name : List.of("libjnidispatch.so", "libgomp.so.1", "libdnnl.so.3")) {
      Path file = cache.resolve("prepared").resolve(name);
      long size = Files.size(file);
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.truncate(size / 2);
      }
      whileReadOnly(
          () -> {
            Result result = child().run(NetworkProbe.class, "small");
            assertThat(result.exit()).as(result.errors()).isEqualTo(4);
            assertThat(result.lines())
                .singleElement()
                .asString()
                .startsWith("CACHE ")
                .contains(file + " is damaged", "expected " + size, "doctor --prepare " + cache);
          });
      new PreparedLibraries(cache).check(); // replaces what has another size
      assertThat(Files.size(file)).isEqualTo(size);
    }
  }

  /** A damaged library of the right size is found when it does not load. */
  @Test
  void shouldNameALibraryThatDoesNotLoad() throws IOException {
    for (String name : List.of("libjnidispatch.so", "libdnnl.so.3")) {
      Path file = cache.resolve("prepared").resolve(name);
      byte[] header = header(file);
      overwrite(file, new byte[header.length]);
      Result result = child().run(NetworkProbe.class, "small");
      assertThat(result.exit()).as(result.errors()).isEqualTo(4);
      assertThat(result.output())
          .startsWith("LIBRARY ")
          .contains(file.toString(), "invalid ELF header", "doctor --prepare " + cache);
      overwrite(file, header);
    }
  }

  private static byte[] header(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(64);
    }
  }

  private static void overwrite(Path file, byte[] header) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(header), 0);
    }
  }

  @Test
  void shouldServeAHostThatExtractsElsewhere() {
    Path hosts = folder.resolve("hosts");
    Result result =
        child()
            .option("-Dorg.bytedeco.javacpp.cachedir=" + hosts)
            .option("-Djna.tmpdir=" + hosts)
            .run(NetworkProbe.class, "small");
    assertThat(result.exit()).as(result.errors()).isZero();
    assertThat(result.output()).contains("logit");
  }

  private ChildJvm child() {
    return new ChildJvm()
        .in(working)
        .without("HOME")
        .without("XDG_CACHE_HOME")
        .variable("CARDINAL_CACHE", cache.toString())
        .option("-Duser.home=?")
        .option("-Djava.io.tmpdir=" + folder.resolve("absent"));
  }

  private void whileReadOnly(ReadOnlyFolder.Action action) throws Exception {
    assumeTrue(ReadOnlyFolder.during(cache, action), "nothing can be made read-only here");
  }

  private static List<Path> list(Path root) throws IOException {
    try (var paths = Files.walk(root)) {
      return paths.sorted().toList();
    }
  }
}
