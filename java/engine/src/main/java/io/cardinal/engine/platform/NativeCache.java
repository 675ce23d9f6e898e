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
import java.util.regex.Pattern;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
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
 * <p>It is written on first use, unless it was {@linkplain PreparedLibraries prepared}: then it may
 * be read-only.
 *
 * @param directory the folder
 * @param origin which setting named it
 */
public record NativeCache(Path directory, String origin) {
  /** Bytes that the extracted libraries need on disk, rounded up. */
  static final long SPACE_NEEDED = 110L << 20;

  static final String REMEDY =
      "set CARDINAL_CACHE, or -Dcardinal.cache, to a folder of your own on a disk that may hold"
          + " programs";

  /** JavaCPP's property for the folder that it extracts to. */
  private static final String PLACE = "org.bytedeco.javacpp.cachedir";

  /** JavaCPP's name for a library that another class loader has, a link to the same file. */
  private static final Pattern OF_ANOTHER_LOADER = Pattern.compile(".*/libjni[a-z]+[0-9]+[.]so");

  /** Whether the libraries of this class loader are those that were prepared. */
  private static boolean isUsingPrepared;

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
    setDefault("org.bytedeco.javacpp.maxBytes", "0");
    setDefault("org.bytedeco.javacpp.maxPhysicalBytes", "0");
    setDefault("jna.nosys", "true");
    PreparedLibraries prepared = cache.prepared();
    if (prepared.exist()) {
      if (!isUsingPrepared && hasOwnJavacpp() && isLoadedFrom(prepared.folder())) {
        throw ofAnotherLoader(prepared.folder().toString());
      }
      prepared.use();
      isUsingPrepared = true;
    } else {
      cache.choosePlace();
      setDefault("jna.tmpdir", cache.directory.toString());
    }
    return cache;
  }

  /**
   * Where JavaCPP extracts to: the host's choice, or ours; or, where another class loader of this
   * process has loaded its libraries from there, a place beside it, since files can be loaded once.
   * JavaCPP reads the property before its first library, so that is loaded at once: then two class
   * loaders that come here together do not choose alike. It is loaded out of reach of interrupts.
   */
  private void choosePlace() {
    synchronized (PLACE.intern()) { // a string is the one object that class loaders share
      if (!Loader.getLoadedLibraries().isEmpty()) {
        return;
      }
      String set = System.getProperty(PLACE, "");
      boolean isOurs = set.isEmpty() || Path.of(set).startsWith(directory);
      Path first = isOurs ? extracted() : Path.of(set);
      Path place = first;
      for (int i = 2; isLoadedFrom(place); i++) {
        place = directory.resolve(first.getFileName() + "-" + i);
      }
      System.setProperty(PLACE, place.toString());
      try {
        Parallel.apart(() -> Loader.load(Pointer.class), "cardinal-loading");
      } catch (LinkageError | RuntimeException e) { // as the library that is wanted will say
        return;
      }
    }
  }

  private static boolean isLoadedFrom(Path folder) {
    try {
      String real = Files.exists(folder) ? folder.toRealPath() + "/" : null;
      return real != null && Files.readString(Path.of("/proc/self/maps")).contains(" " + real);
    } catch (IOException e) {
      return false; // then a second class loader is refused
    }
  }

  /**
   * Ends the threads of JavaCPP's and JNA's that free what was forgotten, if these have the class
   * loader of this class, and it is not the process's.
   */
  public static void endThreads() {
    ClassLoader own = NativeCache.class.getClassLoader();
    if (own == ClassLoader.getSystemClassLoader()) {
      return;
    }
    if (hasOwnJavacpp()) {
      Pointer.interruptDeallocatorThread();
    }
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getClass().getClassLoader() == own && thread.getName().equals("JNA Cleaner")) {
        thread.interrupt();
      }
    }
  }

  /**
   * Loads the libraries of a binding, unless another class loader of this process has loaded the
   * same files: JavaCPP would go on with that loader's classes, and the process would die of it.
   *
   * @return the path of the binding's library
   */
  public static String load(Class<?> binding) {
    String file = Loader.load(binding);
    for (String loaded : Loader.getLoadedLibraries().values()) {
      if (OF_ANOTHER_LOADER.matcher(loaded).matches()) {
        throw ofAnotherLoader(loaded);
      }
    }
    return file;
  }

  private static NativeException ofAnotherLoader(String found) {
    return new NativeException(
        Reason.LIBRARY,
        "another class loader of this process has loaded the native libraries",
        "one class loader that has Cardinal's, JavaCPP's and JNA's jars, or a cache in which no"
            + " libraries were prepared",
        found,
        "put the jars where all applications of the process share them, or take another cache");
  }

  private static boolean hasOwnJavacpp() {
    return Loader.class.getClassLoader() == NativeCache.class.getClassLoader();
  }

  /**
   * Where JavaCPP extracts the libraries of this build. It writes a library again where its size or
   * time differs, and a process that is loading the file then dies: so that other builds, and
   * processes in other time zones, never meet in one folder, its name says what there is to
   * compare.
   */
  private Path extracted() {
    return directory.resolve("build-" + prepared().fingerprint());
  }

  /** What was put there by {@code cardinal doctor --prepare}, if anything. */
  public PreparedLibraries prepared() {
    return new PreparedLibraries(directory);
  }

  /** Creates the folder where it is missing; throws {@link NativeException} if it cannot serve. */
  void check() {
    try {
      createPrivate(directory);
      checkAccess(directory, "the folder for native libraries (from " + origin + ") " + directory);
      if (prepared().exist()) {
        prepared().check();
        return;
      }
      Files.delete(Files.createTempFile(directory, ".probe", null));
      long space = Files.getFileStore(directory).getUsableSpace();
      if (space < SPACE_NEEDED && isNearlyEmpty()) {
        throw new NativeException(
            Reason.CACHE,
            "the folder for native libraries has no room: " + directory + " (from " + origin + ")",
            SPACE_NEEDED + " bytes free",
            space + " bytes free",
            REMEDY);
      }
    } catch (IOException e) {
      throw new NativeException(
          Reason.CACHE,
          "the folder for native libraries cannot be used: " + directory + " (from " + origin + ")",
          "a folder that can be written, or that was filled by cardinal doctor --prepare",
          reason(e),
          REMEDY,
          e);
    }
  }

  /**
   * Refuses what another user could change.
   *
   * @param path a folder or a file
   * @param what what messages call it
   */
  static void checkAccess(Path path, String what) throws IOException {
    int owner = userId(path);
    int self = userId(Path.of("/proc/self"));
    if (owner != self && owner != 0) {
      throw new NativeException(
          Reason.CACHE,
          what + " belongs to another user, who could change it",
          "user id " + self + (self == 0 ? "" : ", or root's 0"),
          "user id " + owner,
          "give it to root (chown -R 0), or " + REMEDY);
    }
    Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(path);
    if (permissions.contains(PosixFilePermission.GROUP_WRITE)
        || permissions.contains(PosixFilePermission.OTHERS_WRITE)) {
      throw new NativeException(
          Reason.CACHE,
          what + " may be written by others",
          "rwx------ or rwxr-xr-x",
          PosixFilePermissions.toString(permissions),
          "take that right away (chmod -R go-w), or " + REMEDY);
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
    PreparedLibraries prepared = configured().prepared();
    return new NativeException(
        isMount || isFull ? Reason.CACHE : Reason.LIBRARY,
        "the native library " + library + " cannot be loaded from " + prepared.directory(),
        "",
        (isMount ? "the folder is probably mounted noexec: " : "") + tried,
        prepared.exist() && !isMount ? prepared.refill() : REMEDY,
        cause);
  }

  private static int userId(Path path) throws IOException {
    return (Integer) Objects.requireNonNull(Files.getAttribute(path, "unix:uid"));
  }

  private boolean isNearlyEmpty() throws IOException {
    if (!Files.isDirectory(extracted())) {
      return true;
    }
    try (var files = Files.walk(extracted())) {
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

  private static String reason(IOException e) {
    String text = e.getMessage() == null ? "" : ": " + e.getMessage();
    return e.getClass().getSimpleName() + text;
  }

  static void setDefault(String name, String value) {
    if (System.getProperty(name) == null) {
      System.setProperty(name, value);
    }
  }
}
