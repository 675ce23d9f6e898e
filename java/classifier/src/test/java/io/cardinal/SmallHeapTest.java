// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal;

import static org.assertj.core.api.Assertions.assertThat;

import io.cardinal.testing.Golden;
import io.cardinal.testing.Scale;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Pictures of 50 million pixels in a small heap: one after the other, or refused; never an Error.
 */
class SmallHeapTest {
  private static final Set<String> USUAL =
      Set.of("baseline.jpg", "inks.jpg", "picture.png", "picture.webp");

  @TempDir private Path folder;

  @Test
  void shouldDecodeLargePicturesOneByOneInASmallHeap() throws Exception {
    List<String> files = new ArrayList<>();
    for (Map.Entry<String, byte[]> each : LargeFiles.all().entrySet()) {
      if (Scale.isSoak() || USUAL.contains(each.getKey())) {
        files.add(Files.write(folder.resolve(each.getKey()), each.getValue()).toString());
      }
    }
    for (int i = 0; i < Scale.of(1, 20); i++) {
      List<String> lines = run("-Xmx256m", files);
      assertThat(lines).hasSize(2 * files.size());
      for (String line : lines) {
        boolean isTooLarge = line.contains("inks"); // 11 bytes a pixel
        assertThat(line).endsWith(isTooLarge ? "TOO_MANY_PIXELS" : "ok");
      }
      assertThat(run("-Xmx160m", files)).allMatch(line -> line.endsWith("TOO_MANY_PIXELS"));
    }
  }

  private List<String> run(String heap, List<String> files) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(heap, "-Dcardinal.root=" + Golden.root()));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(SmallHeap.class.getName());
    command.addAll(files);
    File output = folder.resolve("output").toFile();
    Process process =
        new ProcessBuilder(command)
            .directory(Golden.root().toFile())
            .redirectErrorStream(true)
            .redirectOutput(output)
            .start();
    boolean isOver = process.waitFor(5, TimeUnit.MINUTES);
    process.destroyForcibly();
    String text = Files.readString(output.toPath());
    assertThat(isOver).as(text).isTrue();
    assertThat(process.exitValue()).as(text).isZero();
    return text.lines().toList();
  }
}
