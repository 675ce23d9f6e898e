// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal;

import static org.assertj.core.api.Assertions.assertThat;

import io.cardinal.testing.Scale;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
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

  private static List<String> run(String heap, List<String> files) throws Exception {
    // The collector that a JVM takes by itself, which lays large arrays out in its own way.
    List<String> arguments =
        new ArrayList<>(
            List.of("-XX:-UseSerialGC", "-XX:+UseG1GC", heap, SmallHeap.class.getName()));
    arguments.addAll(files);
    return ChildJava.outputOf(ChildJava.of(arguments)).lines().toList();
  }
}
