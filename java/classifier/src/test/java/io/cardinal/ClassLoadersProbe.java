// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal;

import io.cardinal.engine.NativeLibraries;
import java.io.File;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A child JVM's main: applications of one server, each with a class loader that has all jars.
 * {@code together} has two that classify at once; {@code replaced COUNT} has one after the other,
 * which is taken out as {@link NativeLibraries#release} says, and prints how many are left, and
 * from how many places our libraries are loaded.
 */
final class ClassLoadersProbe {
  /** One application. */
  private static final class Application implements AutoCloseable {
    private final URLClassLoader loader;
    private final Object classifier;

    Application() throws IOException, ReflectiveOperationException {
      List<URL> jars = new ArrayList<>();
      for (String place : ChildJava.CLASS_PATH.split(File.pathSeparator)) {
        jars.add(Path.of(place).toUri().toURL());
      }
      loader = new URLClassLoader(jars.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
      classifier =
          loader
              .loadClass(Classifier.class.getName())
              .getMethod("open", Path.class)
              .invoke(null, Demo.MODEL);
    }

    void classify() throws ReflectiveOperationException {
      Object answer =
          classifier
              .getClass()
              .getMethod("classify", Path.class)
              .invoke(classifier, Demo.photographs().get(0));
      System.out.println("answer " + answer);
    }

    @Override
    public void close() throws IOException, ReflectiveOperationException {
      classifier.getClass().getMethod("close").invoke(classifier);
      loader.loadClass(NativeLibraries.class.getName()).getMethod("release").invoke(null);
      loader.close();
    }
  }

  private ClassLoadersProbe() {}

  public static void main(String[] arguments) throws Exception {
    if (arguments[0].equals("together")) {
      together();
    } else {
      replaced(Integer.parseInt(arguments[1]));
    }
  }

  private static void together() throws Exception {
    try (Application first = new Application()) {
      first.classify();
      try (Application second = new Application()) {
        second.classify();
        first.classify();
      } catch (InvocationTargetException e) {
        System.out.println(e.getCause());
      }
      first.classify();
    }
  }

  private static void replaced(int count) throws Exception {
    List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      loaders.add(use());
      System.gc();
    }
    for (int i = 0; i < 100 && (left(loaders) > 1 || places() > 1); i++) {
      System.gc();
      Thread.sleep(50);
    }
    System.out.println("left " + left(loaders));
    System.out.println("places " + places());
  }

  private static long places() throws IOException {
    try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
      return maps.filter(line -> line.endsWith("/libjnijavacpp.so"))
          .map(line -> line.substring(line.indexOf('/')))
          .distinct()
          .count();
    }
  }

  private static WeakReference<ClassLoader> use() throws Exception {
    try (Application application = new Application()) {
      application.classify();
      return new WeakReference<>(application.loader);
    }
  }

  private static long left(List<WeakReference<ClassLoader>> loaders) {
    return loaders.stream().filter(loader -> loader.get() != null).count();
  }
}
