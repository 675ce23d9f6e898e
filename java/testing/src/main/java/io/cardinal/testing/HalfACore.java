// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.testing;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A control group of Linux whose processes have half a core, as a container with a CPU quota has.
 * Only root may make one, and only where the groups can be written. Closed when its processes have
 * ended.
 */
public final class HalfACore implements AutoCloseable {
  private static final Path GROUPS = Path.of("/sys/fs/cgroup");
  private static final long PATIENCE = 10_000_000_000L;

  private final Path group;

  private HalfACore(Path group) {
    this.group = group;
  }

  /**
   * Makes a group.
   *
   * @throws IOException if this machine lets nobody, or not us, make one
   */
  public static HalfACore open() throws IOException {
    String name = "cardinal-test-" + ProcessHandle.current().pid();
    return Files.exists(GROUPS.resolve("cgroup.controllers"))
        ? open(GROUPS.resolve(name), Map.of("cpu.max", "50000 100000"))
        : open(
            GROUPS.resolve("cpu").resolve(name),
            Map.of("cpu.cfs_period_us", "100000", "cpu.cfs_quota_us", "50000"));
  }

  private static HalfACore open(Path group, Map<String, String> limits) throws IOException {
    HalfACore made = new HalfACore(Files.createDirectory(group));
    try {
      for (Map.Entry<String, String> limit : limits.entrySet()) {
        Path file = group.resolve(limit.getKey());
        if (!Files.exists(file)) {
          throw new NoSuchFileException(file.toString());
        }
        Files.writeString(file, limit.getValue());
      }
      return made;
    } catch (IOException e) {
      made.close();
      throw e;
    }
  }

  /** The words before a command that runs it in the group. */
  public List<String> prefix() {
    return List.of("sh", "-c", "echo $$ >" + group.resolve("cgroup.procs") + "; exec \"$@\"", "sh");
  }

  @Override
  public void close() throws IOException {
    long start = System.nanoTime();
    while (Files.exists(group)) { // a process that has ended is in it for another moment
      try {
        Files.delete(group);
      } catch (FileSystemException e) {
        if (System.nanoTime() - start > PATIENCE) {
          throw e;
        }
        Thread.onSpinWait();
      }
    }
  }
}
