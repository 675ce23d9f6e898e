// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli.inputs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The wanted files of a folder in the order of the UTF-8 bytes of their paths inside; hidden files
 * and folders are passed over.
 *
 * <p>In memory are the names of the folder that is being read and of those above it, not those of
 * the whole tree. Sorting folder by folder gives the same order as sorting all paths, if a folder
 * counts as its name and a slash: no other name of that folder has a slash, so the first byte that
 * differs between two names decides about everything below them too.
 */
final class FolderWalk implements InputSequence {
  private static final char UNDECODABLE = '\uFFFD';

  private final String argument;
  private final String prefix;
  private final int levels;
  private final boolean isFollowing;
  private final boolean isPattern;
  private final Predicate<String> accepts;
  private final OtherFiles others;
  private final Deque<Level> open = new ArrayDeque<>();
  private @Nullable Path root;
  private boolean hasFound;

  /** A folder's names that are still to come. */
  private static final class Level {
    private final Path folder;
    private final String inside;
    private final @Nullable Object key;
    private byte[][] names = {};
    private int next;

    /** Files whose names are no text: their paths by what is shown for them. */
    private final Map<String, Deque<Path>> undecodable = new HashMap<>();

    Level(Path folder, String inside, @Nullable Object key) {
      this.folder = folder;
      this.inside = inside;
      this.key = key;
    }

    Path path(String name) {
      Deque<Path> paths = undecodable.get(name);
      return paths == null ? folder.resolve(name) : paths.remove();
    }
  }

  private FolderWalk(
      String argument,
      String prefix,
      Path root,
      int levels,
      boolean isFollowing,
      boolean isPattern,
      Predicate<String> accepts,
      OtherFiles others) {
    this.argument = argument;
    this.prefix = prefix;
    this.root = root;
    this.levels = levels;
    this.isFollowing = isFollowing;
    this.isPattern = isPattern;
    this.accepts = accepts;
    this.others = others;
  }

  /** The images of a folder that the rules want. */
  static FolderWalk ofFolder(String argument, InputRules rules, OtherFiles others) {
    String prefix = argument.replaceFirst("/+$", "") + "/";
    return new FolderWalk(
        argument,
        prefix,
        Path.of(argument),
        Integer.MAX_VALUE,
        rules.isFollowing(),
        false,
        rules.filter()::accepts,
        others);
  }

  /** The files that a pattern matches, whatever they are; one that matches none is a failure. */
  static FolderWalk ofPattern(String glob, InputRules rules) {
    int length = Glob.folderLength(glob);
    String prefix = glob.substring(0, length);
    String pattern = glob.substring(length);
    int slashes = (int) pattern.chars().filter(c -> c == '/').count();
    return new FolderWalk(
        glob,
        prefix,
        Path.of(prefix.isEmpty() ? "." : prefix),
        pattern.contains("**") ? Integer.MAX_VALUE : slashes + 1,
        rules.isFollowing(),
        true,
        Glob.compile(pattern).asMatchPredicate(),
        new OtherFiles());
  }

  @Override
  public boolean isNaming() {
    return isPattern;
  }

  @Override
  public @Nullable Input next() {
    if (root != null) {
      Path folder = root;
      root = null;
      Input failed = enter(folder, "");
      if (failed != null) {
        return found(failed);
      }
    }
    while (!open.isEmpty()) {
      Level level = open.getLast();
      if (level.next == level.names.length) {
        open.removeLast();
        continue;
      }
      String name = new String(level.names[level.next++], StandardCharsets.UTF_8);
      boolean isFolder = name.endsWith("/");
      Path path = level.path(isFolder ? name.substring(0, name.length() - 1) : name);
      if (!isFolder) {
        return found(Input.of(prefix + level.inside + name, path));
      }
      Input failed = enter(path, level.inside + name);
      if (failed != null) {
        return found(failed);
      }
    }
    if (isPattern && !hasFound) {
      return found(Input.failed(argument, new NoSuchFileException(argument)));
    }
    return null;
  }

  private Input found(Input input) {
    hasFound = true;
    return input;
  }

  /** Reads a folder's names; gives the row of one that cannot be read. */
  private @Nullable Input enter(Path folder, String inside) {
    String name = inside.isEmpty() ? argument : prefix + inside.substring(0, inside.length() - 1);
    try {
      Object key = isFollowing ? attributes(folder).fileKey() : null;
      if (key != null && open.stream().anyMatch(above -> key.equals(above.key))) {
        throw new FileSystemException(folder.toString(), null, "links lead in a circle");
      }
      Level level = new Level(folder, inside, key);
      open.addLast(level); // what was read before a failure counts
      read(level);
      return null;
    } catch (DirectoryIteratorException e) {
      return Input.failed(name, Objects.requireNonNull(e.getCause()));
    } catch (IOException e) {
      return Input.failed(name, e);
    }
  }

  private void read(Level level) throws IOException {
    List<byte[]> names = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(level.folder)) {
      for (Path file : files) {
        Path fileName = Objects.requireNonNull(file.getFileName());
        String name = fileName.toString();
        if (name.startsWith(".")) {
          continue;
        }
        String suffix = suffix(level, file, name);
        if (suffix == null) {
          continue;
        }
        if (name.indexOf(UNDECODABLE) >= 0) {
          level.undecodable.computeIfAbsent(name, key -> new ArrayDeque<>()).add(file);
        }
        names.add((name + suffix).getBytes(StandardCharsets.UTF_8));
      }
    } finally {
      level.names = names.toArray(byte[][]::new);
      Arrays.sort(level.names, Arrays::compareUnsigned);
    }
  }

  /** What follows the name in the order: a slash for a folder, nothing for an input, else null. */
  private @Nullable String suffix(Level level, Path file, String name) {
    BasicFileAttributes attributes = null;
    boolean isLink = false;
    try {
      attributes = Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      isLink = attributes.isSymbolicLink();
      attributes = isLink ? attributes(file) : attributes;
    } catch (IOException e) {
      attributes = null; // a link that leads nowhere: a row, if it is called like an image
    }
    if (attributes != null && attributes.isDirectory() && (isFollowing || !isLink)) {
      return open.size() < levels ? "/" : null;
    }
    boolean isFile = attributes == null || attributes.isRegularFile();
    if (isFile && accepts.test(level.inside + name)) {
      return "";
    }
    others.add();
    return null;
  }

  private static BasicFileAttributes attributes(Path file) throws IOException {
    return Files.readAttributes(file, BasicFileAttributes.class);
  }
}
