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
import java.util.regex.Pattern;

/**
 * The images that arguments stand for, in order: a file is itself, a folder its images, {@code -} a
 * list on standard input, {@code @FILE} a list in a file.
 */
final class Inputs {
  private static final Set<String> ENDINGS =
      Set.of("jpg", "jpeg", "jpe", "jfif", "png", "webp", "gif", "bmp", "tif", "tiff");

  private static final Pattern TRAILING_SLASHES = Pattern.compile("/+$");
  private static final String BYTE_ORDER_MARK = "\ufeff";

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
      String line = lines.readLine();
      if (line != null && line.startsWith(BYTE_ORDER_MARK)) {
        line = line.substring(BYTE_ORDER_MARK.length());
      }
      for (; line != null; line = lines.readLine()) {
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
    try {
      Files.walkFileTree(
          folder,
          EnumSet.of(FileVisitOption.FOLLOW_LINKS),
          Integer.MAX_VALUE,
          new Visitor(argument, folder, found));
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
      return !argument.isEmpty() && Files.isDirectory(Path.of(argument));
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
    private final String argument;
    private final String prefix;
    private final Path folder;
    private final List<Input> found;

    Visitor(String argument, Path folder, List<Input> found) {
      this.argument = argument;
      this.prefix = TRAILING_SLASHES.matcher(argument).replaceFirst("") + "/";
      this.folder = folder;
      this.found = found;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
      return isHidden(directory) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
    }

    /** A link that is still one here leads nowhere: a row, if its name is that of an image. */
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      if (!isHidden(file)) {
        boolean isFile = attributes.isRegularFile() || attributes.isSymbolicLink();
        if (isFile && isImageName(file.getFileName().toString())) {
          found.add(new Input(prefix + folder.relativize(file), file));
        } else {
          otherFiles++;
        }
      }
      return FileVisitResult.CONTINUE;
    }

    /** A folder that cannot be read is a row. */
    @Override
    public FileVisitResult visitFileFailed(Path file, IOException failure) {
      boolean isLoop = failure instanceof FileSystemLoopException;
      if (file.equals(folder)) {
        found.add(new Input(argument, file));
      } else if (!isLoop
          && !isHidden(file)
          && (Files.isDirectory(file) || isImageName(file.getFileName().toString()))) {
        found.add(new Input(prefix + folder.relativize(file), file));
      }
      return FileVisitResult.CONTINUE;
    }

    private boolean isHidden(Path path) {
      return !path.equals(folder) && path.getFileName().toString().startsWith(".");
    }
  }
}
