// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints a script that completes command lines. */
@Command(
    name = "completion",
    header = "Print a script that completes cardinal's command lines in a shell.",
    footer = {
      "",
      "Examples:",
      "  source <(cardinal completion bash)",
      "  cardinal completion zsh > ~/.cardinal-completion; source ~/.cardinal-completion"
    })
final class CompletionCommand implements Callable<Integer> {
  private final Console console;

  @Spec CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "SHELL", description = "bash or zsh")
  String shell = "";

  CompletionCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if (!shell.equals("bash") && !shell.equals("zsh")) {
      throw new UsageException("completion is there for bash and zsh, not for " + shell);
    }
    // The script serves both shells: under zsh it turns on the completion of bash first.
    console.print(AutoComplete.bash("cardinal", spec.root().commandLine()));
    return ExitCode.OK;
  }
}
