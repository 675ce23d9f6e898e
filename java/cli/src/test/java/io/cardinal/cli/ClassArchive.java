// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import io.cardinal.testing.JavaCommand;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/**
 * Lets child JVMs of the command line start in half of the time: the classes that a run loads stand
 * parsed and checked in an archive of the JVM's. Such an archive wants a class path of jars, so the
 * folders of classes become some. It lies below target, in a folder named by the classes and the
 * JVM that it is of: the first test JVM that wants it makes it, and those beside and after it have
 * it.
 */
final class ClassArchive {
  private static final String PREFIX = "children-";
  private static final ClassArchive INSTANCE = new ClassArchive();

  private final Path folder;
  private final String classPath;

  private ClassArchive() {
    List<Path> given =
        Stream.of(System.getProperty("surefire.test.class.path").split(File.pathSeparator))
            .map(Path::of)
            .filter(path -> !path.endsWith("test-classes"))
            .toList();
    Path target = Path.of("target").toAbsolutePath();
    try (FileChannel channel = FileChannel.open(target.resolve("children.lock"), CREATE, WRITE);
        FileLock held = channel.lock()) {
      folder = target.resolve(PREFIX + fingerprint(given));
      List<String> jars = new ArrayList<>();
      for (Path path : given) {
        jars.add(
            (Files.isDirectory(path) ? folder.resolve(jars.size() + ".jar") : path).toString());
      }
      classPath = String.join(File.pathSeparator, jars);
      if (!Files.exists(archive())) {
        deleteOthers(target);
        Files.createDirectory(folder);
        for (int i = 0; i < jars.size(); i++) {
          if (Files.isDirectory(given.get(i))) {
            jar(given.get(i), Path.of(jars.get(i)));
          }
        }
        dump();
      }
      held.release();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Names what the archive is of; the JVM would say on standard output that it is of others. */
  private static String fingerprint(List<Path> classPath) throws IOException {
    StringBuilder all = new StringBuilder(System.getProperty("java.home"));
    all.append(Runtime.version());
    for (Path entry : classPath) {
      try (Stream<Path> files = Files.walk(entry)) {
        for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
          all.append('\n').append(file).append(' ').append(Files.size(file));
          all.append(' ').append(Files.getLastModifiedTime(file));
        }
      }
    }
    return UUID.nameUUIDFromBytes(all.toString().getBytes(UTF_8)).toString();
  }

  /**
   * The JVM's options: the class path, and the archive of its classes. A newer JVM would say on
   * standard output that its own archive was made without native access.
   */
  static List<String> options() {
    return List.of(
        "-cp", INSTANCE.classPath, "-XX:SharedArchiveFile=" + INSTANCE.archive(), "-Xlog:cds=off");
  }

  private Path archive() {
    return folder.resolve("classes.jsa");
  }

  /** Classifies one picture in a JVM that writes the archive when it ends. */
  private void dump() throws IOException {
    Path unfinished = folder.resolve("unfinished.jsa");
    List<String> command =
        List.of(
            JavaCommand.java(),
            "-XX:ArchiveClassesAtExit=" + unfinished,
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-cp",
            classPath,
            "io.cardinal.cli.Main",
            "classify",
            Cli.FROG.toString(),
            "--format",
            "csv");
    Path log = folder.resolve("log");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(Redirect.to(log.toFile()))
            .start();
    try {
      if (process.waitFor() != 0 || !Files.exists(unfinished)) {
        throw new AssertionError("no archive of classes: " + Files.readString(log));
      }
      Files.move(unfinished, archive());
    } catch (InterruptedException e) {
      process.destroyForcibly();
      throw new AssertionError(e);
    }
  }

  private static void jar(Path classes, Path target) throws IOException {
    try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(target));
        Stream<Path> files = Files.walk(classes)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        jar.putNextEntry(new JarEntry(classes.relativize(file).toString()));
        Files.copy(file, jar);
      }
    }
  }

  /** Those of classes that have changed since, and one that was not finished. */
  private static void deleteOthers(Path target) throws IOException {
    try (DirectoryStream<Path> others = Files.newDirectoryStream(target, PREFIX + "*")) {
      for (Path other : others) {
        try (Stream<Path> files = Files.walk(other)) {
          for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
            Files.delete(file);
          }
        }
      }
    }
  }
}
