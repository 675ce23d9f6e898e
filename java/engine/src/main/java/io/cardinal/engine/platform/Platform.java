// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.platform;

import io.cardinal.engine.NativeException;
import io.cardinal.engine.NativeException.Reason;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What the native libraries need of the machine: Linux on x86-64, glibc 2.34 or newer, a CPU with
 * SSE4.1.
 *
 * @param system operating system and architecture, as Java names them
 * @param cpu the CPU's name
 * @param flags its instruction sets, as the kernel names them
 * @param library {@code glibc VERSION}, {@code musl}, or {@code unknown}
 */
public record Platform(String system, String cpu, Set<String> flags, String library) {
  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");
  private static final List<String> NOTED_FLAGS =
      List.of(
          "sse4_1",
          "avx",
          "avx2",
          "fma",
          "avx512f",
          "avx512dq",
          "avx512bw",
          "avx512vl",
          "avx512_vnni",
          "avx512_bf16",
          "amx_tile");

  /** This machine. */
  public static Platform current() {
    Map<String, String> fields = firstProcessor(CPU_INFO);
    String cpu = fields.getOrDefault("model name", "unknown");
    String stated = fields.getOrDefault("flags", "");
    Set<String> flags = stated.isEmpty() ? Set.of() : Set.copyOf(List.of(stated.split(" +")));
    String maps = "";
    try {
      maps = Files.readString(Path.of("/proc/self/maps"));
    } catch (IOException e) {
      // Not Linux, or /proc is not mounted; check() says what follows from what is known.
      maps = "";
    }
    return new Platform(
        systemName(), cpu, flags, maps.contains("ld-musl") ? "musl" : libraryVersion());
  }

  /**
   * Vendor, family and model of this CPU, such as {@code authenticamd-25-17}; {@code unknown-0-0}
   * where the system does not say.
   */
  public static String cpuFamily() {
    return cpuFamily(CPU_INFO);
  }

  /** The same from any file, for tests. */
  static String cpuFamily(Path cpuInfo) {
    Map<String, String> fields = firstProcessor(cpuInfo);
    return String.join(
        "-",
        fields.getOrDefault("vendor_id", "unknown").toLowerCase(Locale.ROOT),
        fields.getOrDefault("cpu family", "0"),
        fields.getOrDefault("model", "0"));
  }

  /** What the system says of its first processor; nothing where it does not say. */
  private static Map<String, String> firstProcessor(Path cpuInfo) {
    Map<String, String> fields = new HashMap<>();
    try (BufferedReader lines = Files.newBufferedReader(cpuInfo)) {
      String line = lines.readLine();
      while (line != null && !line.isBlank()) { // a blank line, then the next processor
        int colon = line.indexOf(':');
        if (colon > 0) {
          fields.put(line.substring(0, colon).strip(), line.substring(colon + 1).strip());
        }
        line = lines.readLine();
      }
    } catch (IOException e) {
      return Map.of(); // not Linux, or /proc is not mounted
    }
    return fields;
  }

  /** Throws {@link NativeException} on an operating system or architecture that is not served. */
  public static void checkSystem() {
    checkSystem(systemName());
  }

  /** Throws {@link NativeException} if the native libraries cannot run on this machine. */
  public void check() {
    checkSystem(system);
    checkLibraryAndCpu();
  }

  private static void checkSystem(String system) {
    if (!system.equals("Linux amd64")) {
      throw new NativeException(
          Reason.UNSUPPORTED_PLATFORM, "this platform is not served", "Linux amd64", system, "");
    }
  }

  private void checkLibraryAndCpu() {
    if (!isNewEnough()) {
      throw new NativeException(
          Reason.C_LIBRARY,
          "the C library does not fit the native libraries",
          "glibc 2.34 or newer (Debian 12, Ubuntu 22.04, RHEL 9)",
          library,
          "use a newer system or container image");
    }
    if (!flags.isEmpty() && !flags.contains("sse4_1")) {
      throw new NativeException(
          Reason.UNSUPPORTED_CPU, "the CPU is too old", "SSE4.1", cpu + " without it", "");
    }
  }

  /** The instruction sets that matter here and that the CPU has. */
  public List<String> notedFlags() {
    return NOTED_FLAGS.stream().filter(flags::contains).toList();
  }

  private static String systemName() {
    return System.getProperty("os.name", "unknown")
        + " "
        + System.getProperty("os.arch", "unknown");
  }

  private boolean isNewEnough() {
    if (!library.startsWith("glibc ")) {
      return library.equals("unknown");
    }
    String[] parts = library.substring("glibc ".length()).split("\\.", -1);
    try {
      int major = Integer.parseInt(parts[0]);
      int minor = parts.length > 1 ? Integer.parseInt(parts[1]) : 0;
      return major > 2 || (major == 2 && minor >= 34);
    } catch (NumberFormatException e) {
      return true; // a version that cannot be read is left to the loader
    }
  }

  private static String libraryVersion() {
    if (!System.getProperty("os.name", "").toLowerCase(Locale.ROOT).equals("linux")) {
      return "unknown";
    }
    try {
      return "glibc " + CLibrary.version();
    } catch (LinkageError e) { // JNA does not load here; the loading of oneDNN then says why
      return "unknown";
    }
  }
}
