// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.cardinal.testing.JavaCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs command lines in a process of their own, whose working folder is given. */
final class ChildCli {
  private static final long SECONDS = 60;

  private final Path folder;
  private final List<String> jvmOptions = new ArrayList<>();
  private final Map<String, String> environment = new HashMap<>();

  ChildCli(Path folder) {
    this.folder = folder;
  }

  ChildCli option(String option) {
    jvmOptions.add(option);
    return this;
  }

  ChildCli variable(String name, String value) {
    environment.put(name, value);
    return this;
  }

  /** The words of the command, for the kernels that this JVM's own runs take. */
  List<String> command(Object... arguments) {
    List<String> command = JavaCommand.quick();
    command.addAll(ClassArchive.options());
    String kernels = System.getProperty("cardinal.kernels", "");
    if (!kernels.isEmpty()) {
      command.add("-Dcardinal.kernels=" + kernels);
    }
    command.addAll(jvmOptions);
    command.add("io.cardinal.cli.Main");
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    return command;
  }

  Cli.Result run(Object... arguments) throws IOException, InterruptedException {
    return await(start(command(arguments)));
  }

  /** Runs a shell script in which {@code "$@"} is the command. */
  Cli.Result runIn(String script, Object... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("sh", "-c", script, "sh"));
    command.addAll(command(arguments));
    return await(start(command));
  }

  Process start(List<String> command) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(folder.resolve("child.out").toFile())
            .redirectError(folder.resolve("child.err").toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("LC_") || name.equals("LANG"));
    builder.environment().put("LC_ALL", "C.UTF-8");
    builder.environment().putAll(environment);
    return builder.start();
  }

  Cli.Result await(Process process) throws IOException, InterruptedException {
    if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("the child hangs: " + Files.readString(folder.resolve("child.err")));
    }
    return new Cli.Result(
        process.exitValue(),
        Files.readAllBytes(folder.resolve("child.out")),
        new String(Files.readAllBytes(folder.resolve("child.err")), UTF_8));
  }
}
