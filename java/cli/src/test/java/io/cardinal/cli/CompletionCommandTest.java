// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Scripts that complete command lines. */
class CompletionCommandTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"bash", "zsh"})
  void shouldPrintAScriptThatBashCanRead(String shell) throws IOException, InterruptedException {
    Cli.Result result = Cli.run("completion", shell);
    assertThat(result.exit()).isZero();
    assertThat(result.text()).contains("classify", "--topk", "complete -F");
    Path script = Files.write(folder.resolve("script"), result.out());
    Process bash = new ProcessBuilder("bash", "-n", script.toString()).inheritIO().start();
    assertThat(bash.waitFor()).isZero();
  }

  @Test
  void shouldNameTheShellsItKnows() {
    Cli.Result result = Cli.run("completion", "fish");
    assertThat(result.exit()).isEqualTo(ExitCode.USAGE);
    assertThat(result.err()).contains("bash and zsh");
  }
}
