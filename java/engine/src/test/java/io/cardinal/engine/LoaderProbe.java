// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine;

import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A child JVM's main: has a class loader of its own for the engine, which runs a network and is
 * dropped, again and again; the native libraries' classes are the process's. Prints how many of the
 * loaders are there at the end.
 */
final class LoaderProbe {
  private LoaderProbe() {}

  /** Loads the engine itself and leaves the rest to the process. */
  private static final class EngineLoader extends URLClassLoader {
    EngineLoader(URL[] places) {
      super(places, LoaderProbe.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean isResolved) throws ClassNotFoundException {
      synchronized (getClassLoadingLock(name)) {
        if (!name.startsWith("io.cardinal.engine.")) {
          return super.loadClass(name, isResolved);
        }
        Class<?> known = findLoadedClass(name);
        return known == null ? findClass(name) : known;
      }
    }
  }

  /** Arguments: kernels, loaders. */
  public static void main(String[] arguments) throws Exception {
    List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
    for (int i = 0; i < Integer.parseInt(arguments[1]); i++) {
      loaders.add(use(arguments[0]));
    }
    for (int i = 0; i < 100 && left(loaders) > 2; i++) {
      System.gc();
      Thread.sleep(50);
    }
    System.out.println("left " + left(loaders));
  }

  private static WeakReference<ClassLoader> use(String kernels) throws Exception {
    String[] places = System.getProperty("java.class.path").split(":");
    URL[] urls = new URL[places.length];
    for (int i = 0; i < urls.length; i++) {
      urls[i] = Path.of(places[i]).toUri().toURL();
    }
    try (EngineLoader loader = new EngineLoader(urls)) {
      loader
          .loadClass(NetworkProbe.class.getName())
          .getMethod("main", String[].class)
          .invoke(null, (Object) new String[] {"small", kernels});
      return new WeakReference<>(loader);
    }
  }

  private static long left(List<WeakReference<ClassLoader>> loaders) {
    return loaders.stream().filter(loader -> loader.get() != null).count();
  }
}
