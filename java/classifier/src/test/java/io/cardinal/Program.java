// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/** A program that users are shown: compiled as it stands, run in a process of its own. */
final class Program {
  private final Path classes;
  private final String name;

  private Program(Path classes, String name) {
    this.classes = classes;
    this.name = name;
  }

  /** Compiles one file, without warnings. */
  static Program compile(Path source, Path classes) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter messages = new StringWriter();
    List<String> options =
        List.of(
            "-d", classes.toString(), "-cp", ChildJava.CLASS_PATH, "--release", "17", "-Werror");
    boolean isCompiled =
        compiler
            .getTask(
                messages,
                null,
                null,
                options,
                null,
                compiler.getStandardFileManager(null, null, null).getJavaFileObjects(source))
            .call();
    assertThat(isCompiled).as(messages.toString()).isTrue();
    return new Program(classes, source.getFileName().toString().replace(".java", ""));
  }

  /** Starts it in the checkout's root; standard error goes where the test's goes. */
  Process start(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(name));
    command.addAll(List.of(arguments));
    return ChildJava.of(classes + File.pathSeparator + ChildJava.CLASS_PATH, command)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  /** Runs it to its good end and gives what it printed. */
  String run(String... arguments) throws IOException, InterruptedException {
    Process process = start(arguments);
    String output = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor()).isZero();
    return output;
  }
}
