// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine;

import io.cardinal.testing.JavaCommand;
import io.cardinal.testing.Scale;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Runs a main class of the tests in a JVM of its own, on the tests' class path. It compiles with
 * the quick compiler alone: the slow one costs more than it gains in so short a life.
 */
public final class ChildJvm {
  private static final int MINUTES = Scale.of(5, 120);
  private static final String MODULE = "io.cardinal.engine/";

  private final List<String> options = new ArrayList<>();
  private final Map<String, String> environment = new HashMap<>();
  private final Set<String> removed = new HashSet<>();
  private final List<String> prefix = new ArrayList<>();
  private final List<Path> ahead = new ArrayList<>();
  private @Nullable Path directory;
  private boolean isModular;

  /**
   * What became of it.
   *
   * @param exit its exit code
   * @param output its standard output
   * @param errors its standard error
   */
  public record Result(int exit, String output, String errors) {
    /** The output's lines. */
    public List<String> lines() {
      return output.lines().toList();
    }
  }

  /** A started JVM. */
  public static final class Running {
    private final Process process;
    private final Path output;
    private final Path errors;

    private Running(Process process, Path output, Path errors) {
      this.process = process;
      this.output = output;
      this.errors = errors;
    }

    /** Waits for its end. */
    public Result await() {
      try {
        if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
          process.destroyForcibly();
          throw new AssertionError("a child JVM hangs:\n" + Files.readString(errors));
        }
        String out = Files.readString(output, StandardCharsets.UTF_8);
        String err = Files.readString(errors, StandardCharsets.UTF_8);
        Files.delete(output);
        Files.delete(errors);
        return new Result(process.exitValue(), out, err);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        process.destroyForcibly();
        throw new AssertionError(e);
      }
    }
  }

  /** Adds an option of the JVM, such as {@code -Dname=value}. */
  public ChildJvm option(String option) {
    options.add(option);
    return this;
  }

  /** Sets an environment variable. */
  public ChildJvm variable(String name, String value) {
    environment.put(name, value);
    return this;
  }

  /** Starts it without an environment variable. */
  public ChildJvm without(String name) {
    removed.add(name);
    return this;
  }

  /** Starts it with a jar that comes before the tests' class path. */
  public ChildJvm ahead(Path jar) {
    ahead.add(jar);
    return this;
  }

  /** Starts it by another command, such as {@code taskset -c 0}. */
  public ChildJvm by(String... command) {
    prefix.addAll(List.of(command));
    return this;
  }

  /** Starts it in a folder. */
  public ChildJvm in(Path folder) {
    directory = folder;
    return this;
  }

  /** Starts it on the module path, the tests as a part of the engine's module. */
  public ChildJvm asModule() {
    isModular = true;
    return this;
  }

  /** Starts it and waits for its end. */
  public Result run(Class<?> main, String... arguments) {
    return start(main, arguments).await();
  }

  /** Starts it. */
  public Running start(Class<?> main, String... arguments) {
    List<String> command = new ArrayList<>(prefix);
    command.addAll(JavaCommand.quick());
    command.add("-Xmx1g");
    command.addAll(options);
    command.addAll(
        isModular
            ? List.of("-p", modulePath(), "--patch-module", patch(), "-m", MODULE + main.getName())
            : List.of("-cp", wholeClassPath(), main.getName()));
    command.addAll(List.of(arguments));
    try {
      Path output = Files.createTempFile("child", ".out");
      Path errors = Files.createTempFile("child", ".err");
      ProcessBuilder builder = new ProcessBuilder(command);
      builder.environment().putAll(environment);
      builder.environment().keySet().removeAll(removed);
      if (directory != null) {
        builder.directory(directory.toFile());
      }
      builder.redirectOutput(output.toFile()).redirectError(errors.toFile());
      return new Running(builder.start(), output, errors);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String wholeClassPath() {
    return Stream.concat(ahead.stream().map(Path::toString), Stream.of(classPath()))
        .collect(Collectors.joining(":"));
  }

  /** What the engine's module requires. */
  private static String modulePath() {
    return Stream.of(classPath().split(":"))
        .filter(
            entry ->
                entry.matches(
                    ".*/(classes|(cardinal-native|javacpp|dnnl|opencl|jna|jackson)-[^/]*jar)"))
        .collect(Collectors.joining(":"));
  }

  private static String patch() {
    return Stream.of(classPath().split(":"))
        .filter(entry -> entry.endsWith("/test-classes"))
        .map(entry -> MODULE.replace('/', '=') + entry)
        .findFirst()
        .orElseThrow();
  }

  /** Surefire starts its JVM with a jar that only refers to the real class path. */
  private static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }
}
