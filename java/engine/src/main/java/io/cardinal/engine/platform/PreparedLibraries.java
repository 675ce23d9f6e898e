// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.platform;

import com.sun.jna.Native;
import io.cardinal.engine.NativeException;
import io.cardinal.engine.NativeException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All native libraries in one folder of the native cache, {@code prepared}, from which JavaCPP and
 * JNA load them as they are: nothing is written, so another user may own the folder and its disk
 * may be read-only. JavaCPP's own cache cannot serve there: it wants to write, and compares times
 * that the time zone changes.
 *
 * <p>Every file is written beside its place and renamed, so several processes may fill one folder.
 *
 * @param directory the native cache that holds the folder
 */
public record PreparedLibraries(Path directory) {
  /**
   * What is on the class path of these is prepared; leptonica's libgomp is the same as oneDNN's.
   */
  private static final List<String> RESOURCES =
      List.of(
          "org/bytedeco/javacpp/linux-x86_64/libjnijavacpp.so",
          "org/bytedeco/opencl/linux-x86_64/libOpenCL.so.1",
          "org/bytedeco/opencl/linux-x86_64/libjniOpenCL.so",
          "org/bytedeco/dnnl/linux-x86_64/libgomp.so.1",
          "org/bytedeco/dnnl/linux-x86_64/libdnnl.so.3",
          "org/bytedeco/dnnl/linux-x86_64/libjnidnnl.so",
          "org/bytedeco/leptonica/linux-x86_64/libleptonica.so.6",
          "org/bytedeco/leptonica/linux-x86_64/libjnileptonica.so",
          "io/cardinal/natives/linux-x86_64/libcardinal.so",
          "io/cardinal/natives/linux-x86_64/libjnicardinal.so",
          "com/sun/jna/linux-x86-64/libjnidispatch.so");

  private static final Set<PosixFilePermission> FOR_ALL =
      PosixFilePermissions.fromString("rwxr-xr-x");
  private static final int CHUNK = 1 << 16;

  /**
   * One of the libraries.
   *
   * @param file where it belongs
   * @param resource where it comes from
   * @param bytes its size
   */
  public record Library(Path file, URL resource, long bytes) {}

  /** Whether somebody has begun to fill the folder. */
  public boolean exist() {
    return Files.isDirectory(folder());
  }

  /** The libraries that belong there; throws {@link NativeException} if there are none. */
  public List<Library> libraries() {
    List<Library> libraries = onClassPath();
    if (libraries.isEmpty()) {
      throw new NativeException(
          Reason.LIBRARY,
          "there are no native libraries beside Cardinal's classes",
          "the dependencies with the classifier linux-x86_64",
          "none",
          "");
    }
    return libraries;
  }

  private List<Library> onClassPath() {
    List<Library> libraries = new ArrayList<>();
    ClassLoader loader = PreparedLibraries.class.getClassLoader(); // sees those of other modules
    for (String name : RESOURCES) {
      URL resource = loader == null ? null : loader.getResource(name);
      if (resource != null) {
        Path file = folder().resolve(name.substring(name.lastIndexOf('/') + 1));
        libraries.add(new Library(file, resource, size(resource)));
      }
    }
    return libraries;
  }

  /**
   * Makes the folder whole: what is missing, or has other bytes, is written. Whatever the umask,
   * all users may read what this creates and only its owner may write it; permissions of folders
   * that were there already are left alone.
   *
   * @return the files that were written
   * @throws IOException if the folder or a file cannot be written
   * @throws NativeException if others could change what is there
   */
  public List<Path> fill() throws IOException {
    refuseColon();
    createForAll(directory);
    NativeCache.checkAccess(directory, "the folder " + directory);
    createForAll(folder());
    NativeCache.checkAccess(folder(), "the folder " + folder());
    List<Path> written = new ArrayList<>();
    for (Library library : libraries()) {
      if (!isWhole(library)) {
        write(library);
        written.add(library.file);
      }
      permitAll(library.file);
    }
    permitAll(folder());
    return written;
  }

  /** The innermost folder, from the cache upwards, that not every user may enter. */
  public Optional<Path> closedFolder() throws IOException {
    for (Path at = directory; at != null; at = at.getParent()) {
      if (!Files.getPosixFilePermissions(at).contains(PosixFilePermission.OTHERS_EXECUTE)) {
        return Optional.of(at);
      }
    }
    return Optional.empty();
  }

  /** A short name for these libraries, of their names, sizes, sums and times as jars state them. */
  String fingerprint() {
    Sha256 digest = new Sha256();
    for (Library library : onClassPath()) {
      String all = library.file.getFileName() + " " + library.bytes + " " + stamp(library.resource);
      digest.add(all.getBytes(StandardCharsets.UTF_8));
    }
    return digest.soFar().substring(0, 16);
  }

  /** Throws {@link NativeException} unless every file has the bytes of its library. */
  public void checkBytes() {
    for (Library library : libraries()) {
      try {
        if (!isWhole(library)) {
          throw damaged(library, "its library's bytes", "others", null);
        }
      } catch (IOException e) {
        throw damaged(library, "a file that can be read", e.toString(), e);
      }
    }
  }

  /** Throws {@link NativeException} unless this process has loaded every library from here. */
  public void checkLoaded() {
    try {
      String maps = Files.readString(Path.of("/proc/self/maps"));
      for (Library library : libraries()) {
        if (!maps.contains(library.file.toRealPath().toString())) {
          throw new NativeException(
              Reason.LIBRARY,
              "the native library " + library.file + " is not the one in use",
              "",
              "one that was loaded from elsewhere",
              "leave out system properties and variables that name other folders");
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Looks, before anything is loaded, that each file is there, has its size, and is nobody else's;
   * a file that is not right is replaced where that can be done.
   */
  void check() throws IOException {
    NativeCache.checkAccess(folder(), "the folder " + folder());
    for (Library library : libraries()) {
      long found = Files.exists(library.file) ? Files.size(library.file) : -1;
      if (found != library.bytes) {
        try {
          write(library);
        } catch (IOException e) {
          String size = found < 0 ? "no such file" : found + " bytes";
          throw damaged(
              library,
              library.bytes + " bytes",
              size + ", and it cannot be replaced: " + cause(e),
              e);
        }
      }
      if (!Files.isReadable(library.file)) {
        throw damaged(library, "a file that can be read", "permission denied", null);
      }
      NativeCache.checkAccess(library.file, "the native library " + library.file);
    }
  }

  /**
   * Tells JavaCPP and JNA to load from here, unless the host has told them otherwise or loaded them
   * already. Other libraries for JavaCPP are extracted only if the host names a folder for them
   * ({@code org.bytedeco.javacpp.cachedir}).
   */
  void use() {
    refuseColon();
    String path = folder().toString();
    if (System.getProperty("org.bytedeco.javacpp.cachedir") == null) {
      NativeCache.setDefault("org.bytedeco.javacpp.cacheLibraries", "false");
    }
    NativeCache.setDefault("org.bytedeco.javacpp.pathsFirst", "true");
    NativeCache.setDefault("org.bytedeco.javacpp.platform.linkpath", path);
    NativeCache.setDefault("jna.boot.library.path", path);
    loadJna();
  }

  /** JavaCPP and JNA read their settings as lists. */
  private void refuseColon() {
    if (directory.toString().contains(":")) {
      throw new NativeException(
          Reason.CACHE,
          "a prepared folder may have no colon in its path",
          "",
          directory.toString(),
          NativeCache.REMEDY);
    }
  }

  /** JNA makes a temporary folder before it loads its library, unless it may not unpack. */
  private void loadJna() {
    String before = System.getProperty("jna.nounpack");
    System.setProperty("jna.nounpack", "true");
    try {
      MethodHandles.lookup().ensureInitialized(Native.class);
    } catch (IllegalAccessException e) {
      throw new AssertionError("JNA's class is public", e);
    } catch (LinkageError e) {
      throw jnaNotLoaded(e);
    } finally {
      if (before == null) {
        System.clearProperty("jna.nounpack");
      } else {
        System.setProperty("jna.nounpack", before);
      }
    }
  }

  /** JNA says only that it failed; the system says why. */
  private NativeException jnaNotLoaded(LinkageError failure) {
    Platform.current().check();
    Path file = folder().resolve("libjnidispatch.so");
    try {
      System.load(file.toString());
      return NativeCache.notLoaded(file.toString(), failure);
    } catch (UnsatisfiedLinkError e) {
      return NativeCache.notLoaded(file.toString(), e);
    }
  }

  /** What to do about damage. */
  String refill() {
    return "fill the folder again: cardinal doctor --prepare " + directory;
  }

  Path folder() {
    return directory.resolve("prepared");
  }

  private NativeException damaged(
      Library library, String expected, String found, @Nullable IOException cause) {
    String what = "the native library " + library.file + " is damaged, or another version's";
    String remedy = refill();
    return cause == null
        ? new NativeException(Reason.CACHE, what, expected, found, remedy)
        : new NativeException(Reason.CACHE, what, expected, found, remedy, cause);
  }

  /** Without the name of the temporary file, which would say nothing. */
  private static String cause(IOException e) {
    String text = e instanceof FileSystemException f ? f.getReason() : e.getMessage();
    return text == null ? e.getClass().getSimpleName() : text;
  }

  private static boolean isWhole(Library library) throws IOException {
    if (!Files.isRegularFile(library.file) || Files.size(library.file) != library.bytes) {
      return false;
    }
    try (InputStream found = Files.newInputStream(library.file);
        InputStream expected = library.resource.openStream()) {
      byte[] bytes;
      do {
        bytes = expected.readNBytes(CHUNK);
        if (!Arrays.equals(bytes, found.readNBytes(CHUNK))) {
          return false;
        }
      } while (bytes.length > 0);
      return true;
    }
  }

  /** Beside its place first, so that a file is whole or not there, and never closed to others. */
  private void write(Library library) throws IOException {
    Path temporary = Files.createTempFile(folder(), ".", ".tmp");
    temporary.toFile().deleteOnExit(); // where a signal ends the process
    try {
      try (InputStream in = library.resource.openStream();
          FileChannel out = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
        in.transferTo(Channels.newOutputStream(out));
        out.force(true);
      }
      permitAll(temporary);
      Files.move(temporary, library.file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private static void createForAll(Path folder) throws IOException {
    Path parent = folder.getParent();
    if (Files.isDirectory(folder) || parent == null) {
      return;
    }
    createForAll(parent);
    try {
      Files.createDirectory(folder);
      permitAll(folder);
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(folder)) { // else another process was faster
        throw new FileSystemException(folder.toString(), null, "it is no folder");
      }
    }
  }

  private static void permitAll(Path path) throws IOException {
    if (!Files.getPosixFilePermissions(path).equals(FOR_ALL)) {
      Files.setPosixFilePermissions(path, FOR_ALL);
    }
  }

  private static String stamp(URL resource) {
    try {
      URLConnection connection = resource.openConnection();
      if (connection instanceof JarURLConnection jar) {
        return jar.getJarEntry().getCrc() + " " + jar.getJarEntry().getTime();
      }
      long time = connection.getLastModified();
      connection.getInputStream().close(); // which has been opened to ask for it
      return Long.toString(time);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long size(URL resource) {
    try {
      URLConnection connection = resource.openConnection();
      if (connection instanceof JarURLConnection jar) {
        return jar.getJarEntry().getSize();
      }
      try (InputStream in = connection.getInputStream()) {
        return in.transferTo(OutputStream.nullOutputStream());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
