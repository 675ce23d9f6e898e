// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.platform;

import io.cardinal.engine.NativeException;
import io.cardinal.engine.NativeException.Reason;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The native memory that one model may take and has taken. Every byte is reserved before it is
 * allocated. Thread-safe.
 */
public final class MemoryBudget {
  private final long limit;
  private final AtomicLong used = new AtomicLong();

  /**
   * @param limit most bytes at any time
   */
  public MemoryBudget(long limit) {
    this.limit = limit;
  }

  /**
   * Three quarters of the memory that the process was given: the cgroup's limit, else the
   * machine's.
   */
  public static long defaultLimit() {
    long given =
        Math.min(
            read(Path.of("/sys/fs/cgroup/memory.max")),
            Math.min(
                read(Path.of("/sys/fs/cgroup/memory/memory.limit_in_bytes")), machineMemory()));
    return given == Long.MAX_VALUE ? given : given / 4 * 3;
  }

  /** Bytes taken now. */
  public long used() {
    return used.get();
  }

  /** The most bytes that may be taken. */
  public long limit() {
    return limit;
  }

  /**
   * Throws {@link NativeException} if bytes cannot be had: for what is taken in many steps, and
   * should be refused before the first. Takes nothing.
   */
  public void require(long bytes, String purpose) {
    reserve(bytes, purpose);
    release(bytes);
  }

  /** Reserves bytes, or throws {@link NativeException} and reserves nothing. */
  void reserve(long bytes, String purpose) {
    long before = used.getAndUpdate(now -> bytes <= limit - now ? now + bytes : now);
    if (bytes > limit - before) {
      throw new NativeException(
          Reason.MEMORY,
          "native memory for " + purpose + " goes over the budget",
          "at most " + limit + " bytes in all",
          before + " taken and " + bytes + " more needed",
          "raise the limit, or use fewer workers or a smaller batch");
    }
  }

  void release(long bytes) {
    used.addAndGet(-bytes);
  }

  private static long read(Path file) {
    try {
      return Long.parseLong(Files.readString(file).strip());
    } catch (java.io.IOException | NumberFormatException e) {
      return Long.MAX_VALUE; // no such cgroup file, or "max": no limit there
    }
  }

  private static long machineMemory() {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/meminfo"))) {
        if (line.startsWith("MemTotal:")) {
          return 1024 * Long.parseLong(line.replaceAll("[^0-9]", ""));
        }
      }
    } catch (java.io.IOException | NumberFormatException e) {
      return Long.MAX_VALUE; // not Linux: no limit is known
    }
    return Long.MAX_VALUE;
  }
}
