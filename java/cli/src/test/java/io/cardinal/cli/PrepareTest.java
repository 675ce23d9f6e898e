// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.cardinal.engine.kernels.cardinal.CardinalLibrary;
import io.cardinal.engine.platform.PreparedLibraries;
import io.cardinal.testing.JavaCommand;
import io.cardinal.testing.ReadOnlyFolder;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A native cache that is filled when a container image is built, and used by any user. */
class PrepareTest {
  /** Those of the presets, and two of ours where they were built. */
  private static final int LIBRARIES = CardinalLibrary.isBuiltIn() ? 11 : 9;

  private static final String AS_IN_A_CONTAINER = "exec env -i LC_ALL=C.UTF-8 %s \"$@\"";

  @TempDir Path folder;

  @Test
  void shouldServeAReadOnlyContainer() throws Exception {
    Path cache = folder.resolve("opt/cardinal/native");
    Cli.Result made = prepare("umask 077; ", cache);
    assertThat(made.exit()).as(made.err()).isZero();
    assertThat(made.notes()).containsExactly("note: not every user may enter " + folder);
    List<PreparedLibraries.Library> libraries = new PreparedLibraries(cache).libraries();
    for (PreparedLibraries.Library library : libraries) {
      assertThat(made.lines())
          .anyMatch(
              line ->
                  line.startsWith("written ")
                      && line.contains(" " + library.bytes() + " bytes ")
                      && line.endsWith(" " + library.file()));
    }
    assertThat(made.lines()).endsWith("at run time set   CARDINAL_CACHE=" + cache);
    try (var paths = Files.walk(folder.resolve("opt"))) {
      for (Path path : paths.toList()) {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
            .as(path.toString())
            .isEqualTo("rwxr-xr-x");
      }
    }
    assumeTrue(
        ReadOnlyFolder.during(cache, () -> classifyInAContainer(cache)),
        "nothing can be made read-only here");
  }

  private void classifyInAContainer(Path cache) throws Exception {
    Cli.Result again = prepare("", cache);
    assertThat(again.exit()).as(again.err()).isZero();
    assertThat(again.lines()).filteredOn(line -> line.startsWith("was there")).hasSize(LIBRARIES);
    Path work = Files.createDirectory(folder.resolve("work"));
    ChildCli child =
        new ChildCli(work)
            .option("-Duser.home=?")
            .option("-Djava.io.tmpdir=" + folder.resolve("absent"));
    String shell = AS_IN_A_CONTAINER.formatted("CARDINAL_CACHE='" + cache + "'");
    Cli.Result rows = child.runIn(shell, "classify", "--format", "csv", Cli.FROG);
    assertThat(rows.exit()).as(rows.err()).isZero();
    assertThat(rows.csv().get(1)).contains("ok", "frog");
    assertThat(rows.notes())
        .filteredOn(line -> !line.equals(JavaCommand.NO_TEMPORARY_FOLDER))
        .singleElement()
        .asString()
        .startsWith("1 image, 0 failed");
    Cli.Result doctor = child.runIn(shell, "doctor");
    assertThat(doctor.exit()).as(doctor.text()).isZero();
    assertThat(doctor.text())
        .contains("prepared: " + LIBRARIES + " native libraries, ")
        .contains("this process cannot write it")
        .contains(cache + "/prepared/libdnnl.so.3")
        .contains(cache + "/prepared/libgomp.so.1");
    try (var files = Files.list(work)) {
      assertThat(files).allMatch(file -> file.getFileName().toString().startsWith("child."));
    }
  }

  @Test
  void shouldPrepareOneFolderTwiceAtOnce() throws Exception {
    Path cache = folder.resolve("native");
    ChildCli one = new ChildCli(Files.createDirectory(folder.resolve("one")));
    ChildCli two = new ChildCli(Files.createDirectory(folder.resolve("two")));
    Process first = one.start(one.command("doctor", "--prepare", cache));
    Process second = two.start(two.command("doctor", "--prepare", cache));
    for (Cli.Result result : List.of(one.await(first), two.await(second))) {
      assertThat(result.exit()).as(result.err()).isZero();
    }
    new PreparedLibraries(cache).checkBytes();
  }

  @Test
  void shouldRefuseWhatCannotBeWritten() throws Exception {
    Path file = Files.createFile(folder.resolve("file"));
    assertRefused(prepare("", file), ExitCode.OUTPUT, "cannot write " + file, "it is no folder");
    Path nowhere = Path.of("/proc/nowhere"); // not even root may write there
    assertRefused(prepare("", nowhere), ExitCode.OUTPUT, "cannot write " + nowhere);
    assertRefused(prepare("", Path.of("")), ExitCode.USAGE, "--prepare needs a folder");
  }

  @Test
  void shouldRefuseWhatOthersMayWrite() throws Exception {
    Path shared = Files.createDirectory(folder.resolve("shared"));
    Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxrwxrwx"));
    assertRefused(
        prepare("", shared), ExitCode.NATIVE, shared + " may be written by others", "chmod");
    assertThat(shared).isEmptyDirectory();
  }

  @Test
  void shouldRefuseAFullDisk() throws Exception {
    Path disk = mounted("size=20m,mode=0755");
    try {
      Path cache = disk.resolve("native");
      assertRefused(
          prepare("", cache), ExitCode.OUTPUT, "cannot write " + cache, "No space left on device");
      try (var files = Files.walk(disk)) {
        assertThat(files).noneMatch(path -> path.getFileName().toString().endsWith(".tmp"));
      }
    } finally {
      succeeds("umount", disk.toString());
    }
  }

  @Test
  void shouldRefuseADiskThatMayHoldNoPrograms() throws Exception {
    Path disk = mounted("noexec,mode=0755");
    try {
      Path cache = disk.resolve("native");
      assertRefused(prepare("", cache), ExitCode.NATIVE, cache.toString(), "noexec");
    } finally {
      succeeds("umount", disk.toString());
    }
  }

  /** A library that a new version brings must not be forgotten. */
  @Test
  void shouldKnowAllNativeLibrariesOnTheClassPath() throws IOException {
    Map<String, byte[]> found = new TreeMap<>();
    for (URL manifest :
        Collections.list(PrepareTest.class.getClassLoader().getResources("META-INF/MANIFEST.MF"))) {
      if (manifest.openConnection() instanceof JarURLConnection jar) {
        for (JarEntry entry : Collections.list(jar.getJarFile().entries())) {
          if (entry.getName().matches(".*/linux-x86[-_]64/[^/]*\\.so[.0-9]*")) {
            String name = entry.getName().substring(entry.getName().lastIndexOf('/') + 1);
            try (InputStream in = jar.getJarFile().getInputStream(entry)) {
              byte[] bytes = in.readAllBytes();
              byte[] same = found.put(name, bytes); // one folder holds one file of a name
              assertThat(same == null || Arrays.equals(same, bytes)).as(name).isTrue();
            }
          }
        }
      }
    }
    assertThat(new PreparedLibraries(folder).libraries())
        .extracting(library -> library.file().getFileName().toString())
        .containsExactlyInAnyOrderElementsOf(found.keySet());
  }

  private Cli.Result prepare(String before, Path cache) throws Exception {
    return new ChildCli(folder).runIn(before + "exec \"$@\"", "doctor", "--prepare", cache);
  }

  private static void assertRefused(Cli.Result result, int exit, String... parts) {
    assertThat(result.exit()).as(result.err()).isEqualTo(exit);
    assertThat(result.out()).isEmpty();
    assertThat(result.notes().get(result.notes().size() - 1))
        .startsWith("cardinal: ")
        .contains(parts);
  }

  private Path mounted(String options) throws IOException, InterruptedException {
    Path disk = Files.createDirectory(folder.resolve("disk"));
    assumeTrue(
        succeeds("mount", "-t", "tmpfs", "-o", options, "cardinal-test", disk.toString()),
        "nothing can be mounted here");
    return disk;
  }

  private static boolean succeeds(String... words) throws IOException, InterruptedException {
    return Files.isExecutable(Path.of("/bin", words[0]))
        && new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(Redirect.DISCARD)
                .start()
                .waitFor()
            == 0;
  }
}
