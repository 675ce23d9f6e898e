// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.kernels.cardinal;

import io.cardinal.engine.NativeException;
import io.cardinal.engine.NativeException.Reason;
import io.cardinal.engine.platform.LoadedOnce;
import io.cardinal.engine.platform.NativeCache;
import io.cardinal.engine.platform.Platform;
import io.cardinal.engine.platform.Sha256;
import io.cardinal.natives.Libcardinal;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Loader;
import org.jspecify.annotations.Nullable;

/**
 * libcardinal in this process: loaded once.
 *
 * <p>The instance is a value: where loading failed, {@link #get} throws the same cause each time.
 */
public final class CardinalLibrary {
  private static final String FAST = "avx512";
  private static final int BURSTS = 8;
  private static final List<String> LIBRARIES = List.of("libcardinal.so", "libjnicardinal.so");

  private final String version;
  private final String instructionSet;

  private CardinalLibrary(String version, String instructionSet) {
    this.version = version;
    this.instructionSet = instructionSet;
  }

  /** Multiply-adds whose peak can be measured. */
  public enum Peak {
    /** Of floats. */
    F32(Libcardinal.CARDINAL_PEAK_F32),
    /** Of bf16, in pairs (AVX512_BF16). */
    BF16(Libcardinal.CARDINAL_PEAK_BF16),
    /** Of bytes, four at a time (AVX512_VNNI). */
    INT8(Libcardinal.CARDINAL_PEAK_INT8);

    private final int code;

    Peak(int code) {
      this.code = code;
    }
  }

  /** Loads on first use. */
  private static final class Holder {
    private static final LoadedOnce<CardinalLibrary> LOADED =
        LoadedOnce.attempt(CardinalLibrary::load);
  }

  /** libcardinal, or a {@link NativeException} that says why it cannot be had. */
  public static CardinalLibrary get() {
    return Holder.LOADED.get();
  }

  /** Why oneDNN serves this machine better, if it does. */
  public static Optional<String> refusal() {
    if (!isBuiltIn()) {
      return Optional.of(
          "this build has no libcardinal: it was made without a C++ compiler or CMake");
    }
    String instructionSet = get().instructionSet;
    return instructionSet.equals(FAST)
        ? Optional.empty()
        : Optional.of("libcardinal needs AVX-512 to be fast, and has " + instructionSet + " here");
  }

  /** Its version. */
  public String version() {
    return version;
  }

  /** The instruction set of its kernels: {@code avx512} or {@code scalar}. */
  public String instructionSet() {
    return instructionSet;
  }

  /** Whether this CPU is faster with channels interleaved around grouped convolutions. */
  boolean prefersInterleaved() {
    return Libcardinal.cardinal_prefers_interleaved() == 1;
  }

  /**
   * The most that the calling thread's core does now, by the best of eight bursts of about 0.1
   * milliseconds each: 10^9 operations a second, a multiply-add being two; 0 where the CPU has no
   * such instruction.
   */
  public double peak(Peak kind) {
    double best = 0;
    for (int i = 0; i < BURSTS; i++) {
      best = Math.max(best, Libcardinal.cardinal_peak_burst(kind.code));
    }
    return best;
  }

  /**
   * Makes denormal numbers count as zero in all native code that the calling thread runs, or not.
   *
   * @return what held before
   */
  public boolean flushDenormals(boolean flush) {
    return Libcardinal.cardinal_flush_denormals(flush ? 1 : 0) == 1;
  }

  static String lastError() {
    return Libcardinal.cardinal_last_error().getString();
  }

  /** Throws unless a call succeeded. */
  static void check(int status, String call) {
    if (status != Libcardinal.CARDINAL_OK) {
      throw failure(status, call);
    }
  }

  static NativeException failure(int status, String call) {
    return new NativeException(
        status == Libcardinal.CARDINAL_NO_MEMORY ? Reason.MEMORY : Reason.ENGINE,
        "libcardinal refused " + call,
        "success",
        lastError(),
        "");
  }

  /** Whether this build has it: one without CMake or a C++ compiler leaves it out. */
  public static boolean isBuiltIn() {
    return LIBRARIES.stream().allMatch(name -> resource(name) != null);
  }

  private static CardinalLibrary load() {
    Platform.checkSystem();
    if (!isBuiltIn()) {
      throw new NativeException(
          Reason.LIBRARY,
          "libcardinal is not in this build",
          "a build where CMake and a C++ compiler were found, and not told to leave it out",
          "one without",
          "take kernels onednn");
    }
    NativeCache cache = NativeCache.prepare();
    Platform.current().check();
    try {
      for (String name : LIBRARIES) {
        checkBytes(cache, name);
      }
      NativeCache.load(Libcardinal.class);
    } catch (IOException | LinkageError | RuntimeException e) {
      throw e instanceof NativeException known ? known : NativeCache.notLoaded("libcardinal", e);
    }
    BytePointer instructionSet = Libcardinal.cardinal_isa();
    if (instructionSet == null || instructionSet.isNull()) {
      throw new NativeException(
          Reason.LIBRARY, "libcardinal cannot choose its kernels", "", lastError(), "");
    }
    return new CardinalLibrary(
        Libcardinal.cardinal_version().getString(), instructionSet.getString());
  }

  /** Before it is loaded: whether the file has the bytes that were built with these classes. */
  private static void checkBytes(NativeCache cache, String name) throws IOException {
    URL resource = Objects.requireNonNull(resource(name));
    String expected;
    try (InputStream in = Objects.requireNonNull(resource(name + ".sha256")).openStream()) {
      expected = new String(in.readNBytes(64), StandardCharsets.US_ASCII);
    }
    if (cache.prepared().exist()) {
      Path file = cache.directory().resolve("prepared").resolve(name);
      if (!sha256(file).equals(expected)) {
        throw damaged(file, expected, "fill the folder again: cardinal doctor --prepare");
      }
      return;
    }
    Path file = Loader.cacheResource(resource).toPath();
    if (!sha256(file).equals(expected)) {
      Files.delete(file); // it is extracted again
      file = Loader.cacheResource(resource).toPath();
      if (!sha256(file).equals(expected)) {
        throw damaged(file, expected, "empty the folder for native libraries");
      }
    }
  }

  private static NativeException damaged(Path file, String expected, String remedy)
      throws IOException {
    return new NativeException(
        Reason.CACHE,
        "the native library " + file + " is damaged, or another version's",
        "SHA-256 " + expected,
        sha256(file),
        remedy);
  }

  private static String sha256(Path file) throws IOException {
    Sha256 digest = new Sha256();
    digest.add(Files.readAllBytes(file));
    return digest.soFar();
  }

  private static @Nullable URL resource(String name) {
    return Libcardinal.class.getResource("linux-x86_64/" + name);
  }
}
