// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli.inputs;

import io.cardinal.LoadedItems;
import io.cardinal.cli.Failures;
import io.cardinal.cli.UsageException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The images that arguments stand for, in order, found as they are asked for. None of those that
 * were given is held. What cannot be read is an input that fails; only a list that is not there is
 * a {@link UsageException}, before the first input. Used on one thread; whoever opens it closes it.
 */
public final class Inputs implements LoadedItems<Input>, AutoCloseable {
  /** Bytes of members that may be held to look at what comes next. */
  static final int AHEAD_BYTES = (int) Math.min(8L << 20, Runtime.getRuntime().maxMemory() / 64);

  /** Images that are counted in advance. */
  private static final long MOST_COUNTED = 100_000;

  private final List<String> arguments;
  private final InputRules rules;
  private final InputStream standardInput;
  private final boolean isOpeningArchives;
  private final Deque<InputSequence> open = new ArrayDeque<>();
  private final Deque<Input> ahead = new ArrayDeque<>();
  private final OtherFiles others = new OtherFiles();
  private int begun;
  private boolean hasEnded;
  private long given;
  private @Nullable Long counted;

  Inputs(List<String> arguments, InputRules rules, InputStream standardInput) {
    this(arguments, rules, standardInput, true);
  }

  private Inputs(
      List<String> arguments,
      InputRules rules,
      InputStream standardInput,
      boolean isOpeningArchives) {
    this.arguments = List.copyOf(arguments);
    this.rules = rules;
    this.standardInput = standardInput;
    this.isOpeningArchives = isOpeningArchives;
    arguments.forEach(this::check);
  }

  /**
   * The images of a folder.
   *
   * @param isFollowing whether links to folders inside it are followed
   */
  public static Inputs ofFolder(String folder, boolean isFollowing) {
    NameFilter all = new NameFilter(List.of(), List.of());
    InputRules rules = new InputRules(false, "", null, all, isFollowing, 0);
    return new Inputs(List.of(folder), rules, InputStream.nullInputStream());
  }

  @Override
  public boolean hasNext() {
    return !ahead.isEmpty() || lookAhead();
  }

  @Override
  public Input next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    given++;
    return ahead.remove().loaded();
  }

  @Override
  public long nextBytes() {
    return hasNext() ? ahead.element().heldBytes() : 0;
  }

  /**
   * The names of the next inputs, as many as are cheap to know.
   *
   * @param most names
   */
  public List<String> nextNames(int most) {
    long held = ahead.stream().mapToLong(Input::heldBytes).sum();
    while (ahead.size() < most && held < AHEAD_BYTES && lookAhead()) {
      held += ahead.getLast().heldBytes();
    }
    List<String> names = new ArrayList<>();
    ahead.forEach(input -> names.add(input.name()));
    return names;
  }

  /** Files seen so far in folders and archives that are no inputs. */
  public long otherFiles() {
    return others.count();
  }

  /**
   * How many inputs there are in all: counted in advance where that is cheap, which archives, pipes
   * and very many files are not; -1 if it is not known. Files that come and go make it inexact.
   */
  public long total() {
    if (hasEnded && ahead.isEmpty()) {
      return given;
    }
    if (counted == null) {
      counted = count();
    }
    return counted;
  }

  @Override
  public void close() {
    hasEnded = true;
    ahead.clear();
    open.forEach(InputSequence::close);
    open.clear();
  }

  private long count() {
    if (!arguments.stream().allMatch(Inputs::isCountable)) {
      return -1;
    }
    try (Inputs again = new Inputs(arguments, rules, InputStream.nullInputStream(), false)) {
      while (again.given <= MOST_COUNTED && again.hasNext()) {
        if (isArchive(again.next())) {
          return -1;
        }
      }
      return again.given > MOST_COUNTED ? -1 : again.given;
    } catch (UsageException e) { // a list has vanished meanwhile
      return -1;
    }
  }

  private static boolean isCountable(String argument) {
    try {
      boolean isPipe =
          argument.equals("-")
              || (argument.startsWith("@") && !Files.isRegularFile(Path.of(argument.substring(1))));
      return !isPipe && !Archive.isArchive(argument);
    } catch (InvalidPathException e) {
      return true;
    }
  }

  private boolean lookAhead() {
    Input before = ahead.pollLast();
    if (before != null) {
      ahead.add(before.loaded()); // now or never
    }
    while (!hasEnded) {
      InputSequence last = open.peekLast();
      if (last == null) {
        if (begun == arguments.size()) {
          hasEnded = true;
          return false;
        }
        begin(arguments.get(begun++));
        continue;
      }
      Input input = last.next();
      if (input == null) {
        open.removeLast().close();
      } else if (isOpeningArchives && last.isNaming() && isArchive(input)) {
        Path file = Objects.requireNonNull(input.file());
        open.addLast(new Archive(input.name(), file, rules, others));
      } else {
        ahead.add(input);
        return true;
      }
    }
    return false;
  }

  private void begin(String argument) {
    try {
      open.addLast(sequence(argument));
    } catch (IOException e) {
      open.addLast(new Single(Input.failed(argument, e)));
    }
  }

  private InputSequence sequence(String argument) throws IOException {
    if (argument.equals("-")) {
      return new NameList(argument, unclosed(standardInput), rules);
    }
    if (argument.startsWith("@")) {
      Path list = Path.of(argument.substring(1));
      return Manifest.isManifest(argument)
          ? Manifest.open(argument, list, rules)
          : new NameList(argument, Files.newInputStream(list), rules);
    }
    Input named = Input.named(argument, null);
    Path file = named.file();
    if (file == null || argument.isEmpty()) {
      return new Single(named);
    } else if (Files.isDirectory(file)) {
      return FolderWalk.ofFolder(argument, rules, others);
    } else if (Manifest.isManifest(argument) && Files.isRegularFile(file)) {
      return Manifest.open(argument, file, rules);
    } else if (Glob.isGlob(argument) && !Files.exists(file)) {
      return FolderWalk.ofPattern(argument, rules);
    }
    return new Single(named);
  }

  private void check(String argument) {
    boolean isList = argument.startsWith("@");
    String name = isList ? argument.substring(1) : argument;
    try {
      Path file = Path.of(name);
      if (isList) {
        checkList(file);
      }
      if (Manifest.isManifest(name) && Files.isRegularFile(file)) {
        Manifest.check(file, rules);
      } else if (Glob.isGlob(argument) && !Files.exists(file)) {
        Glob.compile(argument);
      }
    } catch (InvalidPathException e) {
      if (isList) {
        throw new UsageException("cannot read the list " + name + ": " + Failures.message(e), e);
      }
    }
  }

  private static void checkList(Path file) {
    boolean isThere = Files.exists(file);
    if (!isThere || Files.isDirectory(file) || !Files.isReadable(file)) {
      throw new UsageException(
          "cannot read the list "
              + file
              + ": "
              + (isThere
                  ? Files.isDirectory(file) ? "it is a folder" : "permission denied"
                  : "no such file"));
    }
  }

  private static boolean isArchive(Input input) {
    Path file = input.file();
    return file != null && Archive.isArchive(input.name()) && Files.isRegularFile(file);
  }

  private static InputStream unclosed(InputStream in) {
    return new FilterInputStream(in) {
      @Override
      public void close() {
        // whoever gave it closes it
      }
    };
  }

  /** One file that was named. */
  private static final class Single implements InputSequence {
    private @Nullable Input input;

    Single(Input input) {
      this.input = input;
    }

    @Override
    public @Nullable Input next() {
      Input once = input;
      input = null;
      return once;
    }

    @Override
    public boolean isNaming() {
      return true;
    }
  }
}
