// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.platform;

import io.cardinal.engine.NativeException;
import io.cardinal.engine.NativeException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The one folder into which native libraries are extracted: {@code cardinal.cache} (a system
 * property), else {@code CARDINAL_CACHE}, else {@code $XDG_CACHE_HOME/cardinal}, else {@code
 * ~/.cache/cardinal}.
 *
 * <p>It is made for its owner alone (0700). A folder that another user owns, or that others may
 * write, is refused: whoever can change a library there runs code in this process. (Root's folders
 * are accepted; root can do that anyway.)
 *
 * @param directory the folder
 * @param origin which setting named it
 */
public record NativeCache(Path directory, String origin) {
  /** Bytes that the extracted libraries need on disk, rounded up. */
  static final long SPACE_NEEDED = 110L << 20;

  private static final String REMEDY =
      "set CARDINAL_CACHE, or -Dcardinal.cache, to a folder of your own on a disk that may hold"
          + " programs";

  /** The folder by this process's settings; nothing is created. */
  public static NativeCache configured() {
    return configured(
        System.getProperty("cardinal.cache"), System.getenv(), System.getProperty("user.home"));
  }

  static NativeCache configured(
      @Nullable String property, Map<String, String> environment, @Nullable String home) {
    String variable = environment.getOrDefault("CARDINAL_CACHE", "");
    String xdg = environment.getOrDefault("XDG_CACHE_HOME", "");
    if (property != null && !property.isEmpty()) {
      return new NativeCache(Path.of(property).toAbsolutePath(), "the property cardinal.cache");
    } else if (!variable.isEmpty()) {
      return new NativeCache(Path.of(variable).toAbsolutePath(), "the variable CARDINAL_CACHE");
    } else if (!xdg.isEmpty() && Path.of(xdg).isAbsolute()) {
      return new NativeCache(Path.of(xdg, "cardinal"), "the variable XDG_CACHE_HOME");
    } else if (home != null && Path.of(home).isAbsolute()) {
      return new NativeCache(Path.of(home, ".cache", "cardinal"), "the home folder");
    }
    throw new NativeException(
        Reason.CACHE, "there is no folder for native libraries", "", "no home folder", REMEDY);
  }

  /**
   * Creates and checks the folder, and tells JavaCPP and JNA to extract into it, unless the host
   * has told them otherwise or loaded them already.
   */
  public static synchronized NativeCache prepare() {
    NativeCache cache = configured();
    cache.check();
    setDefault("org.bytedeco.javacpp.cachedir", cache.directory.toString());
    setDefault("org.bytedeco.javacpp.maxBytes", "0");
    setDefault("org.bytedeco.javacpp.maxPhysicalBytes", "0");
    setDefault("jna.tmpdir", cache.directory.toString());
    setDefault("jna.nosys", "true");
    return cache;
  }

  /** Creates the folder where it is missing; throws {@link NativeException} if it cannot serve. */
  void check() {
    try {
      createPrivate(directory);
      int owner = userId(directory);
      int self = userId(Path.of("/proc/self"));
      if (owner != self && owner != 0) {
        throw refused("belongs to another user", "user id " + self, "user id " + owner);
      }
      Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(directory);
      if (permissions.contains(PosixFilePermission.GROUP_WRITE)
          || permissions.contains(PosixFilePermission.OTHERS_WRITE)) {
        throw refused(
            "may be written by others", "rwx------", PosixFilePermissions.toString(permissions));
      }
      Files.delete(Files.createTempFile(directory, ".probe", null));
      long space = Files.getFileStore(directory).getUsableSpace();
      if (space < SPACE_NEEDED && isNearlyEmpty()) {
        throw refused("has no room", SPACE_NEEDED + " bytes free", space + " bytes free");
      }
    } catch (IOException e) {
      throw new NativeException(
          Reason.CACHE,
          "the folder for native libraries cannot be used: " + directory + " (from " + origin + ")",
          "a folder that can be written",
          reason(e),
          REMEDY,
          e);
    }
  }

  /** The error for a library there that does not load, for the sake of its likely causes. */
  public static NativeException notLoaded(String library, Throwable cause) {
    StringBuilder tried = new StringBuilder();
    for (Throwable t = cause; t != null && tried.length() < 2_000; t = t.getCause()) {
      tried.append(tried.length() == 0 ? "" : "; ").append(t.getMessage());
    }
    boolean isMount =
        tried.indexOf("Operation not permitted") >= 0
            || tried.indexOf("failed to map segment") >= 0;
    boolean isFull = tried.indexOf("No space left") >= 0;
    return new NativeException(
        isMount || isFull ? Reason.CACHE : Reason.LIBRARY,
        "the native library " + library + " cannot be loaded from " + configured().directory(),
        "",
        (isMount ? "the folder is probably mounted noexec: " : "") + tried,
        REMEDY,
        cause);
  }

  private static int userId(Path path) throws IOException {
    return (Integer) Objects.requireNonNull(Files.getAttribute(path, "unix:uid"));
  }

  private boolean isNearlyEmpty() throws IOException {
    try (var files = Files.walk(directory)) {
      return files.filter(f -> f.getFileName().toString().startsWith("libdnnl.so")).count() == 0;
    }
  }

  private static void createPrivate(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      Files.createDirectories(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
  }

  private NativeException refused(String what, String expected, String found) {
    return new NativeException(
        Reason.CACHE,
        "the folder for native libraries " + what + ": " + directory + " (from " + origin + ")",
        expected,
        found,
        REMEDY);
  }

  private static String reason(IOException e) {
    String text = e.getMessage() == null ? "" : ": " + e.getMessage();
    return e.getClass().getSimpleName() + text;
  }

  private static void setDefault(String name, String value) {
    if (System.getProperty(name) == null) {
      System.setProperty(name, value);
    }
  }
}
