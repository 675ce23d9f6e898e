// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal;

import static org.assertj.core.api.Assertions.assertThat;

import io.cardinal.engine.platform.PreparedLibraries;
import io.cardinal.testing.Scale;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Class loaders of one process that have our jars each, as the applications of a server may: each
 * has its own copy of JavaCPP's libraries, since a file is loaded once, and takes it along.
 */
class ClassLoadersTest {
  @TempDir Path cache;

  @Test
  void shouldServeTwoClassLoadersAtOnce() throws IOException, InterruptedException {
    assertThat(run("together")).hasSize(4).allMatch(line -> line.startsWith("answer "));
  }

  /** JavaCPP would go on with the first one's classes, and the process would die of it. */
  @Test
  void shouldRefuseTheSecondOneWherePreparedLibrariesAreTheFirstOnes()
      throws IOException, InterruptedException {
    new PreparedLibraries(cache).fill();
    List<String> lines = run("together");
    assertThat(lines).hasSize(3);
    assertThat(lines.get(1))
        .contains("NativeException", "another class loader of this process", "share them");
    assertThat(lines.get(2)).isEqualTo(lines.get(0)).startsWith("answer ");
  }

  /** The last one may stay: until JDK 19 a class of the JDK's remembers its records. */
  @Test
  void shouldLetReplacedClassLoadersGo() throws IOException, InterruptedException {
    int count = Scale.of(3, 6, 50);
    List<String> lines = run("replaced", Integer.toString(count));
    assertThat(lines).hasSize(count + 2);
    assertThat(lines.subList(0, count)).allMatch(line -> line.startsWith("answer "));
    assertThat(lines.get(count)).isIn("left 0", "left 1");
    assertThat(lines.get(count + 1)).isIn("places 0", "places 1");
  }

  private List<String> run(String... arguments) throws IOException, InterruptedException {
    List<String> words =
        new ArrayList<>(
            List.of(
                "-XX:SoftRefLRUPolicyMSPerMB=0",
                "-Dcardinal.cache=" + cache,
                ClassLoadersProbe.class.getName()));
    words.addAll(List.of(arguments));
    return ChildJava.outputOf(ChildJava.of(words)).lines().toList();
  }
}
