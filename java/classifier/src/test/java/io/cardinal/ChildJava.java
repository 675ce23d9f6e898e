// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal;

import static org.assertj.core.api.Assertions.assertThat;

import io.cardinal.testing.Golden;
import io.cardinal.testing.JavaCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Java processes that tests start: in the checkout's root, with the test's class path. */
final class ChildJava {
  static final String CLASS_PATH = System.getProperty("java.class.path");

  private ChildJava() {}

  /** One with the class path of the test; its arguments are options, a class and what it takes. */
  static ProcessBuilder of(List<String> arguments) {
    return of(CLASS_PATH, arguments);
  }

  /** One with a class path of its own. */
  static ProcessBuilder of(String classPath, List<String> arguments) {
    List<String> command = JavaCommand.quick();
    command.addAll(List.of("-Dcardinal.root=" + Golden.root(), "-cp", classPath));
    command.addAll(arguments);
    return new ProcessBuilder(command).directory(Golden.root().toFile());
  }

  /** Runs one to its good end, which must come within minutes, and gives all that it printed. */
  static String outputOf(ProcessBuilder child) throws IOException, InterruptedException {
    Path output = Files.createTempFile("child", ".txt");
    try {
      Process process = child.redirectErrorStream(true).redirectOutput(output.toFile()).start();
      boolean isOver = process.waitFor(5, TimeUnit.MINUTES);
      process.destroyForcibly().waitFor();
      String text = Files.readString(output);
      assertThat(isOver).as(text).isTrue();
      assertThat(process.exitValue()).as(text).isZero();
      return text;
    } finally {
      Files.delete(output);
    }
  }
}
