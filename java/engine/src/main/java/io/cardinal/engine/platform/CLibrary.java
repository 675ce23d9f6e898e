// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.platform;

import com.sun.jna.Function;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;

/** The few questions that are asked of the C library, through JNA. */
public final class CLibrary {
  /** {@code MADV_HUGEPAGE} of Linux. */
  private static final int ADVISE_HUGE_PAGES = 14;

  /** {@code MADV_DONTNEED} of Linux. */
  private static final int ADVISE_DONT_NEED = 4;

  private CLibrary() {}

  /** The version of the running glibc, such as {@code 2.36}. */
  static String version() {
    return NativeLibrary.getProcess()
        .getFunction("gnu_get_libc_version")
        .invokeString(new Object[0], false);
  }

  /** The file of the library that holds a function, by {@code dladdr}. */
  public static String fileOf(Function function) {
    try (Memory info = new Memory(4L * Native.POINTER_SIZE)) {
      info.clear();
      Function dladdr = NativeLibrary.getProcess().getFunction("dladdr");
      int found = dladdr.invokeInt(new Object[] {address(function), info});
      Pointer name = found == 0 ? Pointer.NULL : info.getPointer(0);
      return name == null ? "unknown" : name.getString(0);
    }
  }

  /**
   * Asks the system to back a range with huge pages. It is advice: where it cannot be had, the same
   * memory is only slower.
   */
  static void adviseHugePages(long address, long bytes) {
    advise(address, bytes, ADVISE_HUGE_PAGES);
  }

  /** Gives the content of a range of whole pages back to the system; zeros are read there next. */
  static void discard(long address, long bytes) {
    advise(address, bytes, ADVISE_DONT_NEED);
  }

  private static void advise(long address, long bytes, int advice) {
    try {
      NativeLibrary.getProcess()
          .getFunction("madvise")
          .invokeInt(new Object[] {new Pointer(address), new NativeLong(bytes), advice});
    } catch (LinkageError e) { // JNA does not load here; what cannot do without it says why
      return;
    }
  }

  private static Pointer address(Function function) {
    return new Pointer(Pointer.nativeValue(function));
  }
}
