// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine;

import io.cardinal.testing.ClassLoaders;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
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
    ClassLoaders.collectUntil(() -> ClassLoaders.left(loaders) <= 2);
    System.out.println("left " + ClassLoaders.left(loaders));
  }

  private static WeakReference<ClassLoader> use(String kernels) throws Exception {
    URL[] places = ClassLoaders.places(System.getProperty("java.class.path"));
    try (EngineLoader loader = new EngineLoader(places)) {
      loader
          .loadClass(NetworkProbe.class.getName())
          .getMethod("main", String[].class)
          .invoke(null, (Object) new String[] {"small", kernels});
      return new WeakReference<>(loader);
    }
  }
}
