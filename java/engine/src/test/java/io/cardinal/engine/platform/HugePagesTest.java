// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the system says of large blocks: they are advised to be on huge pages, and in memory. */
class HugePagesTest {
  private static final long BYTES = 32L << 20;
  private static final Pattern MAPPING = Pattern.compile("([0-9a-f]+)-([0-9a-f]+) .*");

  @Test
  void shouldPutLargeBlocksOnHugePagesAndTouchThem() throws IOException {
    assumeTrue(Files.exists(Path.of("/sys/kernel/mm/transparent_hugepage/enabled")));
    try (NativeMemory memory = NativeMemory.allocate(new MemoryBudget(2 * BYTES), BYTES, "test")) {
      List<String> mapping = mappingOf(memory.address() + BYTES / 2);
      assertThat(value(mapping, "VmFlags:").split(" ")).contains("hg");
      long resident = Long.parseLong(value(mapping, "Rss:").replace(" kB", ""));
      assertThat(resident).isGreaterThanOrEqualTo((BYTES - (4 << 20)) >> 10);
    }
  }

  /** The lines of an address in {@code /proc/self/smaps}. */
  private static List<String> mappingOf(long address) throws IOException {
    List<String> lines = Files.readAllLines(Path.of("/proc/self/smaps"));
    for (int i = 0; i < lines.size(); i++) {
      Matcher range = MAPPING.matcher(lines.get(i));
      if (range.matches()
          && Long.parseUnsignedLong(range.group(1), 16) <= address
          && Long.parseUnsignedLong(range.group(2), 16) > address) {
        return lines.subList(i, lines.size());
      }
    }
    throw new IllegalStateException("no mapping holds " + Long.toHexString(address));
  }

  private static String value(List<String> lines, String name) {
    return lines.stream()
        .filter(line -> line.startsWith(name))
        .map(line -> line.substring(name.length()).strip())
        .findFirst()
        .orElseThrow();
  }
}
