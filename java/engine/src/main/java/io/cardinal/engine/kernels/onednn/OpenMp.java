// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.kernels.onednn;

import com.sun.jna.Function;
import com.sun.jna.Library;
import com.sun.jna.NativeLibrary;
import io.cardinal.engine.NativeException;
import io.cardinal.engine.NativeException.Reason;
import io.cardinal.engine.platform.CLibrary;
import io.cardinal.engine.platform.NativeCache;
import java.util.Map;

/**
 * The OpenMP runtime that oneDNN calls, found through libdnnl's own handle: a search there looks
 * into that library and what it depends on, so that another OpenMP in the process is never touched.
 */
public final class OpenMp {
  /** JNA's own flags would show the library's names to the whole process. */
  private static final int RTLD_LAZY = 1;

  private final String library;
  private final Function setThreads;
  private final Function maxThreads;

  private OpenMp(String library, Function setThreads, Function maxThreads) {
    this.library = library;
    this.setThreads = setThreads;
    this.maxThreads = maxThreads;
  }

  static OpenMp of(String library) {
    try {
      NativeLibrary dnnl =
          NativeLibrary.getInstance(library, Map.of(Library.OPTION_OPEN_FLAGS, RTLD_LAZY));
      return new OpenMp(
          library,
          dnnl.getFunction("omp_set_num_threads"),
          dnnl.getFunction("omp_get_max_threads"));
    } catch (LinkageError e) {
      throw NativeCache.notLoaded("libgomp, or JNA's own,", e);
    }
  }

  /**
   * Gives primitives that the calling thread creates one thread each. The count acts on the calling
   * thread only.
   */
  void useOneThread() {
    setThreads.invokeVoid(new Object[] {1});
    int threads = maxThreads.invokeInt(new Object[0]);
    if (threads != 1) {
      throw new NativeException(
          Reason.LIBRARY,
          "the OpenMP of " + library + " does not keep its thread count",
          "1",
          Integer.toString(threads),
          "");
    }
  }

  /** Path of the OpenMP library in use. */
  public String file() {
    return CLibrary.fileOf(maxThreads);
  }
}
