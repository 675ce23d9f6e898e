// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.benchmarks.report;

import ai.onnxruntime.OrtEnvironment;
import io.cardinal.engine.kernels.cardinal.CardinalLibrary;
import io.cardinal.engine.kernels.onednn.OneDnn;
import io.cardinal.engine.platform.Cores;
import io.cardinal.engine.platform.NativeCache;
import io.cardinal.engine.platform.Platform;
import io.cardinal.image.ImageDecoder;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.StringJoiner;
import java.util.TreeSet;

/**
 * Where, when and with what figures were measured.
 *
 * @param cpu the CPU's name, family and model
 * @param cores the physical cores given
 * @param caches of the first core
 * @param instructionSet what oneDNN uses
 * @param java version and vendor
 * @param oneDnn version
 * @param libcardinal version and instruction set, or why it was not measured
 * @param onnxRuntime version
 * @param codecs versions of the image libraries
 * @param pillow versions of Python, Pillow and NumPy; empty if Pillow was not measured
 * @param commit of the sources
 * @param date UTC
 * @param load how many processes wanted a core in the minute before the run, as the kernel averages
 */
public record Machine(
    String cpu,
    int cores,
    String caches,
    String instructionSet,
    String java,
    String oneDnn,
    String libcardinal,
    String onnxRuntime,
    String codecs,
    String pillow,
    String commit,
    String date,
    double load) {

  /**
   * This machine, now; {@code cardinal.pillow} and {@code cardinal.commit} are system properties
   * that {@code benchmarks/run} sets.
   */
  public static Machine current() throws IOException {
    NativeCache.prepare();
    String load = Files.readString(Path.of("/proc/loadavg"));
    return new Machine(
        cpuName(),
        Cores.given().physical(),
        cacheSizes(),
        OneDnn.get().instructionSet(),
        System.getProperty("java.version") + " (" + System.getProperty("java.vendor") + ")",
        OneDnn.get().version(),
        libcardinalVersion(),
        OrtEnvironment.getEnvironment().getVersion(),
        ImageDecoder.codecVersions(),
        System.getProperty("cardinal.pillow", ""),
        System.getProperty("cardinal.commit", "unknown"),
        LocalDate.now(ZoneOffset.UTC).toString(),
        Double.parseDouble(load.substring(0, load.indexOf(' '))));
  }

  private static String libcardinalVersion() {
    return CardinalLibrary.refusal()
        .orElseGet(
            () -> CardinalLibrary.get().version() + ", " + CardinalLibrary.get().instructionSet());
  }

  private static String cpuName() {
    String[] vendorFamilyModel = Platform.cpuFamily().split("-", -1);
    return String.format(
        "%s (family %s, model %s)",
        Platform.current().cpu(), vendorFamilyModel[1], vendorFamilyModel[2]);
  }

  private static String cacheSizes() throws IOException {
    Path caches = Path.of("/sys/devices/system/cpu/cpu0/cache");
    if (!Files.isDirectory(caches)) {
      return "not stated";
    }
    TreeSet<Path> indexes = new TreeSet<>();
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(caches, "index*")) {
      folders.forEach(indexes::add);
    }
    StringJoiner sizes = new StringJoiner(", ");
    for (Path index : indexes) {
      String type = Files.readString(index.resolve("type")).strip();
      if (!type.equals("Instruction")) {
        String level = Files.readString(index.resolve("level")).strip();
        sizes.add("L" + level + " " + Files.readString(index.resolve("size")).strip());
      }
    }
    return sizes.toString();
  }
}
