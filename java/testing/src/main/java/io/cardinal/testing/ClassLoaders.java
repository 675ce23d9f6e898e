// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.testing;

import java.io.File;
import java.lang.ref.WeakReference;
import java.net.MalformedURLException;
import java.net.URL;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BooleanSupplier;

/** What tests of class loaders need that are made, used and dropped. */
public final class ClassLoaders {
  private static final int ATTEMPTS = 100;
  private static final int MILLISECONDS = 50;

  private ClassLoaders() {}

  /** The places of a class path, for a class loader that has them itself. */
  public static URL[] places(String classPath) throws MalformedURLException {
    String[] places = classPath.split(File.pathSeparator, -1);
    URL[] urls = new URL[places.length];
    for (int i = 0; i < urls.length; i++) {
      urls[i] = Path.of(places[i]).toUri().toURL();
    }
    return urls;
  }

  /** How many were not collected. */
  public static long left(List<WeakReference<ClassLoader>> loaders) {
    return loaders.stream().filter(loader -> loader.get() != null).count();
  }

  /** Collects garbage until something holds, or for some seconds. */
  public static void collectUntil(BooleanSupplier isDone) throws InterruptedException {
    for (int i = 0; i < ATTEMPTS && !isDone.getAsBoolean(); i++) {
      System.gc();
      Thread.sleep(MILLISECONDS);
    }
  }
}
