// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/**
 * Lets child JVMs of the command line start in half of the time: the classes that a run loads stand
 * parsed and checked in an archive of the JVM's. Such an archive wants a class path of jars, so the
 * folders of classes become some. Made once a process, in a folder of its own.
 */
final class ClassArchive {
  private static final ClassArchive INSTANCE = new ClassArchive();

  private final Path folder;
  private final String classPath;

  private ClassArchive() {
    try {
      folder = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "child-");
      Runtime.getRuntime().addShutdownHook(new Thread(this::delete));
      List<String> jars = new ArrayList<>();
      for (String entry :
          System.getProperty("surefire.test.class.path").split(File.pathSeparator)) {
        Path path = Path.of(entry);
        if (!Files.isDirectory(path)) {
          jars.add(entry);
        } else if (!path.endsWith("test-classes")) {
          jars.add(jar(path, folder.resolve(jars.size() + ".jar")).toString());
        }
      }
      classPath = String.join(File.pathSeparator, jars);
      dump();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The JVM's options: the class path, and the archive of its classes. */
  static List<String> options() {
    return List.of("-cp", INSTANCE.classPath, "-XX:SharedArchiveFile=" + INSTANCE.archive());
  }

  private Path archive() {
    return folder.resolve("classes.jsa");
  }

  /** Classifies one picture in a JVM that writes the archive when it ends. */
  private void dump() throws IOException {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:ArchiveClassesAtExit=" + archive(),
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
      if (process.waitFor() != 0 || !Files.exists(archive())) {
        throw new AssertionError("no archive of classes: " + Files.readString(log));
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      throw new AssertionError(e);
    }
  }

  private static Path jar(Path classes, Path target) throws IOException {
    try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(target));
        Stream<Path> files = Files.walk(classes)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        jar.putNextEntry(new JarEntry(classes.relativize(file).toString()));
        Files.copy(file, jar);
      }
    }
    return target;
  }

  private void delete() {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
