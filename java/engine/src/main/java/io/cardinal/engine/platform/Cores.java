// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.platform;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;

/**
 * The processor cores that this process was given, never the host's.
 *
 * <p>The JVM's count knows cgroup quotas (v1 and v2), cpusets, affinity and {@code
 * -XX:ActiveProcessorCount}; it counts hardware threads. Siblings of one physical core are counted
 * once here, since two convolutions on one core only share its units. Where a NUMA machine places
 * memory is left to the system.
 *
 * @param logical hardware threads, as the JVM counts them
 * @param physical physical cores among those that the affinity allows, at most {@code logical}
 * @param explanation how the numbers came about, one line
 */
public record Cores(int logical, int physical, String explanation) {
  /** The cores of this process now. */
  public static Cores given() {
    return given(
        Runtime.getRuntime().availableProcessors(),
        Path.of("/proc/self/status"),
        Path.of("/sys/devices/system/cpu"));
  }

  /** The same from any files, for tests. */
  static Cores given(int available, Path status, Path cpus) {
    Set<Integer> allowed = new TreeSet<>();
    Set<String> physical = new TreeSet<>();
    try {
      allowed.addAll(allowed(status));
      for (int cpu : allowed) {
        Path siblings = cpus.resolve("cpu" + cpu + "/topology/thread_siblings_list");
        if (Files.exists(siblings)) { // the affinity may list processors that are not there
          physical.add(Files.readString(siblings).strip());
        }
      }
    } catch (IOException | NumberFormatException e) {
      return new Cores(
          available, available, available + " by the JVM; the core layout cannot be read: " + e);
    }
    if (physical.isEmpty()) {
      return new Cores(available, available, available + " by the JVM; no core layout is stated");
    }
    int cores = Math.max(1, Math.min(available, physical.size()));
    return new Cores(
        available,
        cores,
        available
            + " hardware threads by the JVM (quota, cpuset, affinity, ActiveProcessorCount); "
            + allowed.size()
            + " allowed by affinity on "
            + physical.size()
            + " physical cores; "
            + cores
            + " workers by default");
  }

  private static Set<Integer> allowed(Path status) throws IOException {
    for (String line : Files.readAllLines(status)) {
      if (line.startsWith("Cpus_allowed_list:")) {
        return parseList(line.substring(line.indexOf(':') + 1).strip());
      }
    }
    return Set.of();
  }

  /** Parses the kernel's list form: {@code 0-3,8,10-11}. */
  static Set<Integer> parseList(String list) {
    Set<Integer> members = new TreeSet<>();
    for (String part : list.split(",", -1)) {
      int dash = part.indexOf('-');
      int first = Integer.parseInt(dash < 0 ? part : part.substring(0, dash));
      int last = dash < 0 ? first : Integer.parseInt(part.substring(dash + 1));
      for (long cpu = first; cpu <= last && members.size() < 65_536; cpu++) {
        members.add((int) cpu);
      }
    }
    return members;
  }
}
