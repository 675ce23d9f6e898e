// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.kernels.onednn;

import static org.bytedeco.dnnl.global.dnnl.dnnl_cpu;
import static org.bytedeco.dnnl.global.dnnl.dnnl_engine_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_invalid_arguments;
import static org.bytedeco.dnnl.global.dnnl.dnnl_out_of_memory;
import static org.bytedeco.dnnl.global.dnnl.dnnl_success;
import static org.bytedeco.dnnl.global.dnnl.dnnl_unimplemented;
import static org.bytedeco.dnnl.global.dnnl.dnnl_version;

import io.cardinal.engine.NativeException;
import io.cardinal.engine.NativeException.Reason;
import io.cardinal.engine.platform.LoadedOnce;
import io.cardinal.engine.platform.NativeCache;
import io.cardinal.engine.platform.Platform;
import java.io.File;
import org.bytedeco.dnnl.dnnl_engine;
import org.bytedeco.dnnl.dnnl_version_t;
import org.bytedeco.dnnl.global.dnnl;

/**
 * oneDNN in this process: loaded once, with one CPU engine that lives as long as the process.
 *
 * <p>The instance is a value: where loading failed, {@link #get} throws the same cause each time.
 */
public final class OneDnn {
  private final dnnl_engine engine;
  private final OpenMp openMp;
  private final String library;

  private OneDnn(dnnl_engine engine, OpenMp openMp, String library) {
    this.engine = engine;
    this.openMp = openMp;
    this.library = library;
  }

  /** Loads on first use. */
  private static final class Holder {
    private static final LoadedOnce<OneDnn> LOADED = LoadedOnce.attempt(OneDnn::load);
  }

  /** oneDNN, or a {@link NativeException} that says why it cannot be had. */
  public static OneDnn get() {
    return Holder.LOADED.get();
  }

  /** The version of the library that was loaded, such as {@code 3.11.0}. */
  public String version() {
    dnnl_version_t version = dnnl_version();
    return version.major() + "." + version.minor() + "." + version.patch();
  }

  /** The best instruction set that oneDNN uses here, as an AVX-512, AVX2 or other level. */
  public String instructionSet() {
    return InstructionSets.name(dnnl.dnnl_get_effective_cpu_isa());
  }

  /** Path of the loaded libdnnl. */
  public String library() {
    return library;
  }

  /** The OpenMP that it uses. */
  public OpenMp openMp() {
    return openMp;
  }

  dnnl_engine engine() {
    return engine;
  }

  /** Throws unless a call succeeded. */
  static void check(int status, String call) {
    if (status != dnnl_success) {
      throw failure(status, call);
    }
  }

  private static NativeException failure(int status, String call) {
    return new NativeException(
        status == dnnl_out_of_memory ? Reason.MEMORY : Reason.ENGINE,
        "oneDNN refused " + call,
        "success",
        describe(status),
        "");
  }

  private static String describe(int status) {
    if (status == dnnl_out_of_memory) {
      return "out of memory";
    } else if (status == dnnl_invalid_arguments) {
      return "invalid arguments";
    }
    return status == dnnl_unimplemented ? "unimplemented" : "status " + status;
  }

  private static OneDnn load() {
    Platform.checkSystem();
    NativeCache.prepare();
    Platform.current().check();
    String binding;
    try {
      binding = NativeCache.load(dnnl.class);
    } catch (LinkageError | RuntimeException e) {
      throw e instanceof NativeException known ? known : NativeCache.notLoaded("libjnidnnl", e);
    }
    String library = new File(new File(binding).getParentFile(), "libdnnl.so.3").getPath();
    OpenMp openMp = OpenMp.of(library);
    dnnl_engine engine = new dnnl_engine();
    check(dnnl_engine_create(engine, dnnl_cpu, 0), "a CPU engine");
    return new OneDnn(engine, openMp, library);
  }
}
