// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The images that arguments stand for, in order: a file is itself, a folder its images, {@code -} a
 * list on standard input, {@code @FILE} a list in a file.
 */
final class Inputs {
  private static final Set<String> ENDINGS =
      Set.of("jpg", "jpeg", "jpe", "jfif", "png", "webp", "gif", "bmp", "tif", "tiff");

  private final InputStream standardInput;
  private final List<Input> inputs = new ArrayList<>();
  private long otherFiles;

  private Inputs(InputStream standardInput) {
    this.standardInput = standardInput;
  }

  /** Expands arguments; {@link UsageException} if a list cannot be read. */
  static Inputs of(List<String> arguments, InputStream standardInput) {
    Inputs all = new Inputs(standardInput);
    arguments.forEach(all::add);
    return all;
  }

  /** The images in order. */
  List<Input> inputs() {
    return inputs;
  }

  /** Files in folders that are no images by their names. */
  long otherFiles() {
    return otherFiles;
  }

  private void add(String argument) {
    if (argument.equals("-")) {
      addList("standard input", standardInput);
    } else if (argument.startsWith("@")) {
      String name = argument.substring(1);
      try (InputStream list = Files.newInputStream(Path.of(name))) {
        addList(name, list);
      } catch (IOException e) {
        throw new UsageException("cannot read the list: " + Failures.describe(e), e);
      } catch (InvalidPathException e) {
        throw new UsageException("cannot read the list " + name + ": " + Failures.message(e), e);
      }
    } else if (isFolder(argument)) {
      addFolder(argument);
    } else {
      inputs.add(new Input(argument, null));
    }
  }

  private void addList(String name, InputStream list) {
    try {
      BufferedReader lines =
          new BufferedReader(new InputStreamReader(list, StandardCharsets.UTF_8));
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.isEmpty()) {
          inputs.add(new Input(line, null));
        }
      }
    } catch (IOException e) {
      throw new UsageException("cannot read the list " + name + ": " + Failures.describe(e), e);
    }
  }

  private void addFolder(String argument) {
    Path folder = Path.of(argument);
    List<Input> found = new ArrayList<>();
    String prefix = argument.endsWith("/") ? argument : argument + "/";
    try {
      Files.walkFileTree(
          folder,
          EnumSet.of(FileVisitOption.FOLLOW_LINKS),
          Integer.MAX_VALUE,
          new Visitor(folder, prefix, found));
    } catch (IOException e) {
      throw new UsageException("cannot read the folder: " + Failures.describe(e), e);
    }
    found.sort(
        Comparator.comparing(
            input -> input.name().getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned));
    inputs.addAll(found);
  }

  private static boolean isFolder(String argument) {
    try {
      return Files.isDirectory(Path.of(argument));
    } catch (InvalidPathException e) {
      return false; // it becomes a row of its own, failed
    }
  }

  private static boolean isImageName(String name) {
    int dot = name.lastIndexOf('.');
    return dot >= 0 && ENDINGS.contains(name.substring(dot + 1).toLowerCase(Locale.ROOT));
  }

  /** Collects a folder's images; hidden files and folders are passed over. */
  private final class Visitor extends SimpleFileVisitor<Path> {
    private final Path folder;
    private final String prefix;
    private final List<Input> found;

    Visitor(Path folder, String prefix, List<Input> found) {
      this.folder = folder;
      this.prefix = prefix;
      this.found = found;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
      return isHidden(directory) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      if (attributes.isRegularFile() && !isHidden(file)) {
        if (isImageName(file.getFileName().toString())) {
          found.add(new Input(prefix + folder.relativize(file), file));
        } else {
          otherFiles++;
        }
      }
      return FileVisitResult.CONTINUE;
    }

    /** A folder that cannot be read is a row; so is a link that leads nowhere, if its name fits. */
    @Override
    public FileVisitResult visitFileFailed(Path file, IOException failure) {
      boolean isLoop = failure instanceof FileSystemLoopException;
      if (!isLoop && (Files.isDirectory(file) || isImageName(String.valueOf(file.getFileName())))) {
        found.add(new Input(prefix + folder.relativize(file), file));
      }
      return FileVisitResult.CONTINUE;
    }

    private boolean isHidden(Path path) {
      return !path.equals(folder) && path.getFileName().toString().startsWith(".");
    }
  }
}
