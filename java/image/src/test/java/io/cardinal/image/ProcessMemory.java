// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.image;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the process and the thread have taken. */
final class ProcessMemory {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path CLEAR = Path.of("/proc/self/clear_refs");
  private static final String RESET_PEAK = "5";

  private ProcessMemory() {}

  /** Bytes that this thread has allocated on the heap so far. */
  static long allocated() {
    return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
        .getCurrentThreadAllocatedBytes();
  }

  /** Bytes of the process that are in memory. */
  static long resident() {
    return read("VmRSS:");
  }

  /** The most that {@link #resident} was since the last {@link #resetPeak}. */
  static long peak() {
    return read("VmHWM:");
  }

  static void resetPeak() {
    try {
      Files.writeString(CLEAR, RESET_PEAK);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long read(String name) {
    return new String(Samples.read(STATUS), StandardCharsets.UTF_8)
        .lines()
        .filter(line -> line.startsWith(name))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
        .sum();
  }
}
