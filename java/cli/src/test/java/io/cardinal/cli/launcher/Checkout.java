// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli.launcher;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A skeleton of a checkout with the real launcher, and a PATH of its own on which java, javac and
 * mvn are stubs. The java stub prints what it was given; the mvn stub writes a line to {@code
 * builds} for each build, and does what {@code STUB_BUILD} says.
 */
final class Checkout {
  /** What the launcher and the stubs call, besides java and mvn. */
  private static final List<String> TOOLS =
      List.of(
          "cat",
          "cp",
          "env",
          "find",
          "flock",
          "head",
          "locale",
          "ls",
          "mkdir",
          "mv",
          "readlink",
          "rm",
          "sed",
          "sh",
          "sleep",
          "tail",
          "touch");

  private static final String JAVA =
      """
      #!/bin/sh
      printf 'java: %s\\n' "$0"
      printf 'pid: %s\\n' $$
      printf 'locale: %s\\n' "${LC_ALL:-none}"
      for argument in "$@"; do
        printf '<%s>\\n' "$argument"
      done
      exit "${STUB_EXIT:-0}"
      """;

  private static final String MAVEN =
      """
      #!/bin/sh
      if [ "$1" = -v ]; then
        printf '\\033[1mApache Maven %s\\033[m\\n' "${STUB_MAVEN:-3.8.7}"
        exit
      fi
      for argument in "$@"; do
        case $argument in -Dcardinal.jar=*) jar=${argument#*=} ;; esac
      done
      printf '%s in %s with %s\\n' "$*" "$PWD" "$JAVA_HOME" >>"$STUBS/builds"
      case ${STUB_BUILD:-good} in
        good) cp "$STUBS/whole.jar" "$jar" ;;
        gated) until [ -e "$STUBS/go" ]; do sleep 0.02; done; cp "$STUBS/whole.jar" "$jar" ;;
        half) head -c 50 "$STUBS/whole.jar" >"$jar" ;;
        broken) echo "[ERROR] the stub's last words"; head -c 50 "$STUBS/whole.jar" >"$jar"; exit 1 ;;
        endless) head -c 50 "$STUBS/whole.jar" >"$jar"; echo $$ >"$STUBS/pid"; exec sleep 60 ;;
      esac
      """;

  private final Path folder;
  private final Path root;
  private final Path path;
  private final Map<String, String> environment = new TreeMap<>();

  /** Lays out a checkout that was never built, with a JDK 17 and Maven 3.8 on PATH. */
  Checkout(Path folder) {
    this.folder = folder;
    this.root = folder.resolve("a check out");
    this.path = folder.resolve("path");
    Path launcher = Path.of(System.getProperty("cardinal.root"), "cardinal");
    for (String source :
        List.of(
            "pom.xml",
            "LICENSE",
            ".mvn/jvm.config",
            "models/demo.safetensors",
            "java/cli/pom.xml",
            "java/cli/src/main/java/Main.java",
            "java/cli/src/test/java/MainTest.java",
            "java/engine/src/main/java/Engine.java",
            "weights-tools/pom.xml",
            "weights-tools/src/main/java/Weights.java",
            "README.md")) {
      write(root.resolve(source), "");
    }
    try {
      Files.copy(launcher, root.resolve("cardinal"));
      Files.createDirectories(path);
      for (String tool : TOOLS) {
        link(tool);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    writeJar(folder.resolve("whole.jar"));
    installMaven();
    installOnPath(jdk("jdk-17", "17.0.1"));
    environment.put("PATH", path.toString());
    environment.put("STUBS", folder.toString());
    environment.put("LANG", "C.UTF-8");
  }

  Path root() {
    return root;
  }

  Path jar() {
    return root.resolve("java/cli/target/cardinal.jar");
  }

  Path log() {
    return root.resolve("target/launcher/build.log");
  }

  /** The command lines of the builds so far. */
  List<String> builds() {
    return lines(folder.resolve("builds"));
  }

  /** Lets the gated Maven stub go on. */
  void openGate() {
    write(folder.resolve("go"), "");
  }

  /** The process id of the Maven stub that hangs, once it does. */
  long hangingMaven() throws InterruptedException {
    while (lines(folder.resolve("pid")).isEmpty()) {
      TimeUnit.MILLISECONDS.sleep(10);
    }
    return Long.parseLong(lines(folder.resolve("pid")).get(0));
  }

  Checkout with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  Checkout without(String tool) {
    try {
      Files.deleteIfExists(path.resolve(tool));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    environment.remove(tool);
    return this;
  }

  /** A folder with bin/java, bin/javac and a release file, as a JDK has them. */
  Path jdk(String name, String version) {
    Path home = jre(name, version);
    program(home.resolve("bin/javac"), "#!/bin/sh\necho 'javac " + version + "'\n");
    return home;
  }

  /** The same without javac. */
  Path jre(String name, String version) {
    Path home = folder.resolve(name);
    program(home.resolve("bin/java"), JAVA);
    write(home.resolve("release"), "IMPLEMENTOR=\"A\"\nJAVA_VERSION=\"" + version + "\"\n");
    return home;
  }

  /** Links a Java's programs into PATH, in place of those there. */
  Checkout installOnPath(Path home) {
    without("java").without("javac");
    try {
      for (String program : List.of("java", "javac")) {
        if (Files.exists(home.resolve("bin").resolve(program))) {
          Files.createSymbolicLink(path.resolve(program), home.resolve("bin").resolve(program));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  /** Puts a program on PATH. */
  Checkout install(String name, String text) {
    without(name);
    program(path.resolve(name), text);
    return this;
  }

  private void installMaven() {
    program(path.resolve("mvn"), MAVEN);
  }

  /** Puts a whole jar in place without a build, half a minute old and newer than all sources. */
  Checkout built() {
    writeJar(jar());
    Instant now = Instant.now();
    try (var files = Files.walk(root)) {
      for (Path file : files.toList()) {
        Files.setLastModifiedTime(file, FileTime.from(now.minusSeconds(60)));
      }
      Files.setLastModifiedTime(jar(), FileTime.from(now.minusSeconds(30)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  /** Starts the launcher. */
  Running start(String... arguments) {
    return startAt(root, root.resolve("cardinal").toString(), arguments);
  }

  /** Starts the launcher by some name in some folder. */
  Running startAt(Path workingFolder, String command, String... arguments) {
    List<String> line = new ArrayList<>(List.of(command));
    line.addAll(List.of(arguments));
    try {
      Path out = Files.createTempFile(folder, "out", "");
      Path err = Files.createTempFile(folder, "err", "");
      ProcessBuilder builder =
          new ProcessBuilder(line)
              .directory(workingFolder.toFile())
              .redirectOutput(out.toFile())
              .redirectError(err.toFile());
      builder.environment().clear();
      builder.environment().putAll(environment);
      return new Running(builder.start(), out, err);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs the launcher to its end. */
  Ended run(String... arguments) throws InterruptedException {
    return start(arguments).end();
  }

  /** A launcher at work. */
  record Running(Process process, Path outFile, Path errFile) {
    List<String> err() {
      return lines(errFile);
    }

    Ended end() throws InterruptedException {
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("the launcher hangs: " + err());
      }
      return new Ended(process.pid(), process.exitValue(), lines(outFile), err());
    }
  }

  /** What a launcher left. */
  record Ended(long pid, int exitCode, List<String> out, List<String> err) {
    String message() {
      return String.join("\n", err);
    }
  }

  static List<String> lines(Path file) {
    try {
      return Files.exists(file) ? Files.readAllLines(file) : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void write(Path file, String text) {
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void writeJar(Path file) {
    try {
      Files.createDirectories(file.getParent());
      try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
        ZipEntry manifest = new ZipEntry("META-INF/MANIFEST.MF");
        manifest.setTime(0); // the same bytes whenever it is written
        zip.putNextEntry(manifest);
        zip.write("Main-Class: io.cardinal.cli.Main\n".getBytes());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void program(Path file, String text) {
    write(file, text);
    try {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void link(String tool) throws IOException {
    for (String directory : System.getenv("PATH").split(":")) {
      Path program = Path.of(directory, tool);
      if (Files.isExecutable(program)) {
        Files.createSymbolicLink(path.resolve(tool), program);
        return;
      }
    }
  }
}
