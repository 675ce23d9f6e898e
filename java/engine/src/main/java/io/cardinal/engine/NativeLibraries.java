// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine;

import io.cardinal.engine.platform.NativeCache;

/** The native libraries, which outlive the models that use them. */
public final class NativeLibraries {
  private NativeLibraries() {}

  /**
   * Lets the class loader go that has Cardinal's jars, and the libraries that it loaded with it:
   * for an application that brings the jars along and is taken out of a running server. Its last
   * word, say in {@code ServletContextListener.contextDestroyed}, once every model and classifier
   * is closed.
   *
   * <p>JavaCPP and JNA each have a thread that frees native memory which nobody released, and these
   * threads hold the class loader. They are ended; Cardinal works on without them, other users of
   * JavaCPP or JNA in the same application may lose memory. Where JavaCPP or JNA belongs to another
   * class loader, which applications share, or the jars are on the process's class path, there is
   * nothing to let go, and nothing is ended. Safe from any thread, and more than once.
   */
  public static void release() {
    NativeCache.endThreads();
  }
}
