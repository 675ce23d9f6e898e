// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

import io.cardinal.cli.output.OutputException;
import io.cardinal.engine.ModelException;
import io.cardinal.engine.NativeException;
import io.cardinal.image.ImageException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What failures are called: on the error line, in a row, and as an exit code. */
public final class Failures {
  /** Why the bytes of a list are no path. */
  public static final String NOT_UTF_8 = "not UTF-8";

  private Failures() {}

  /** The exit code for something that ended a command. */
  static int exitCode(Throwable failure) {
    if (failure instanceof UsageException) {
      return ExitCode.USAGE;
    } else if (failure instanceof InputException) {
      return ExitCode.SOME_FAILED;
    } else if (failure instanceof StoppedException stopped) {
      return stopped.exitCode();
    } else if (failure instanceof ModelException || failure instanceof UncheckedIOException) {
      return ExitCode.MODEL;
    } else if (failure instanceof NativeException
        || failure instanceof LinkageError
        || failure instanceof OutOfMemoryError) {
      return ExitCode.NATIVE;
    } else if (failure instanceof OutputException output) {
      return output.isClosedPipe() ? ExitCode.PIPE : ExitCode.OUTPUT;
    }
    return ExitCode.BUG;
  }

  /** The line for it; empty where nothing is to be said. */
  static String line(Throwable failure) {
    return switch (exitCode(failure)) {
      case ExitCode.PIPE -> "";
      case ExitCode.BUG ->
          "this is a bug of cardinal, please report this line: " + failure + at(failure);
      default ->
          failure instanceof OutOfMemoryError
              ? "out of Java memory ("
                  + failure.getMessage()
                  + "); raise it with"
                  + " CARDINAL_JAVA_OPTS=-Xmx4g, or lower --batch or --workers"
              : message(failure);
    };
  }

  /** The reason of a failed row. */
  public static String reason(RuntimeException failure) {
    if (failure instanceof ImageException image) {
      return image.reason().name();
    } else if (failure instanceof InvalidPathException) {
      return "UNENCODABLE_NAME";
    } else if (failure instanceof UncheckedIOException unchecked) {
      return reason(cause(unchecked));
    }
    throw failure;
  }

  /** A failed row as a line of its own. */
  public static String line(String name, RuntimeException failure) {
    return name + ": " + reason(failure) + ": " + message(failure);
  }

  /** The message of a failed row: one line. */
  public static String message(Throwable failure) {
    if (failure instanceof UncheckedIOException unchecked) {
      return describe(cause(unchecked));
    } else if (failure instanceof InvalidPathException invalid) {
      return invalid.getInput().indexOf('\0') >= 0
          ? "the name has a NUL character, which no file's name has"
          : invalid.getReason().equals(NOT_UTF_8)
              ? "the name is not UTF-8; name the folder that it lies in"
              : "the name cannot be encoded in this locale; set LC_ALL=C.UTF-8";
    }
    return oneLine(failure.getMessage() == null ? failure.toString() : failure.getMessage());
  }

  /** An I/O failure in words; the file's name is there where the system gave it. */
  public static String describe(IOException e) {
    String file = e instanceof FileSystemException f && f.getFile() != null ? f.getFile() : "";
    return oneLine((file.isEmpty() ? "" : file + ": ") + cause(e));
  }

  /** An I/O failure in words, without the file's name. */
  public static String cause(IOException e) {
    if (e instanceof NoSuchFileException || e instanceof FileNotFoundException) {
      return "no such file";
    } else if (e instanceof AccessDeniedException) {
      return "permission denied";
    } else if (e instanceof NotDirectoryException) {
      return "not a folder";
    } else if (e instanceof FileSystemException f) {
      return oneLine(f.getReason() == null ? f.getClass().getSimpleName() : f.getReason());
    }
    return oneLine(e.getMessage() == null ? e.toString() : e.getMessage());
  }

  /** What an unchecked one stands for. */
  public static IOException cause(UncheckedIOException e) {
    return Objects.requireNonNull(e.getCause());
  }

  private static String reason(IOException e) {
    if (e instanceof NoSuchFileException) {
      return "NOT_FOUND";
    } else if (e instanceof AccessDeniedException) {
      return "UNREADABLE";
    } else if (e instanceof FileSystemException f && "not a regular file".equals(f.getReason())) {
      return "NOT_A_FILE";
    }
    return "IO";
  }

  private static String at(Throwable failure) {
    StackTraceElement[] trace = failure.getStackTrace();
    return trace.length == 0 ? "" : " at " + trace[0];
  }

  private static String oneLine(@Nullable String text) {
    return String.valueOf(text).lines().reduce((a, b) -> a + " " + b).orElse("");
  }
}
