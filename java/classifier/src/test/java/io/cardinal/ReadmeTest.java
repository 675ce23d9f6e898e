// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal;

import static org.assertj.core.api.Assertions.assertThat;

import io.cardinal.testing.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's program, compiled and run as it stands there. */
class ReadmeTest {
  @TempDir private Path folder;

  @Test
  void shouldHaveAProgramThatCompilesAndRuns() throws IOException, InterruptedException {
    String program = program();
    assertThat(program.lines().filter(line -> !line.isBlank())).hasSizeLessThanOrEqualTo(15);
    Path source = Files.writeString(folder.resolve("Example.java"), program);
    String output = Program.compile(source, folder).run();
    assertThat(output.lines()).hasSize(3);
    assertThat(output).startsWith("frog 0.95");
  }

  private static String program() throws IOException {
    Matcher block =
        Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(Golden.root().resolve("README.md")));
    assertThat(block.find()).isTrue();
    return block.group(1);
  }
}
