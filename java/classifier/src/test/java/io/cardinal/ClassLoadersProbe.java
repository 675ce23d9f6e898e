// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal;

import io.cardinal.engine.NativeLibraries;
import io.cardinal.testing.ClassLoaders;
import java.io.IOException;
import java.io.UncheckedIOException;
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
      URL[] jars = ClassLoaders.places(ChildJava.CLASS_PATH);
      loader = new URLClassLoader(jars, ClassLoader.getPlatformClassLoader());
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
    ClassLoaders.collectUntil(() -> ClassLoaders.left(loaders) <= 1 && places() <= 1);
    System.out.println("left " + ClassLoaders.left(loaders));
    System.out.println("places " + places());
  }

  private static long places() {
    try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
      return maps.filter(line -> line.endsWith("/libjnijavacpp.so"))
          .map(line -> line.substring(line.indexOf('/')))
          .distinct()
          .count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static WeakReference<ClassLoader> use() throws Exception {
    try (Application application = new Application()) {
      application.classify();
      return new WeakReference<>(application.loader);
    }
  }
}
