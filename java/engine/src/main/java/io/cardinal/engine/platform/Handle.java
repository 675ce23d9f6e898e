// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.platform;

import java.lang.ref.Cleaner;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Stands for something that whoever opened it closes, such as a model, and remembers where it was
 * opened. One that the garbage collector finds open is reported as a warning with that place;
 * nothing is freed then, since no finaliser may end what native code still uses. Thread-safe.
 */
public final class Handle implements AutoCloseable {
  private static final Set<Handle> OPEN = ConcurrentHashMap.newKeySet();
  private static @Nullable Cleaner cleaner;

  private final Opening opening;
  private final Cleaner.Cleanable report;

  /** Where something was opened; the stack is all that it is for. */
  private static final class Opening extends Throwable {
    private static final long serialVersionUID = 1L;

    Opening(String what) {
      super(what + " was opened here");
    }
  }

  private Handle(Object owner, String what) {
    Opening here = new Opening(what);
    this.opening = here;
    this.report = cleaner().register(owner, () -> report(this, what));
    OPEN.add(this);
  }

  /** It has a thread, which a system may not have today and have tomorrow. */
  private static synchronized Cleaner cleaner() {
    if (cleaner == null) {
      cleaner = Cleaner.create();
    }
    return cleaner;
  }

  /**
   * Begins to watch.
   *
   * @param owner what is to be closed; not kept
   * @param what it is, such as {@code a model NAME}
   */
  public static Handle of(Object owner, String what) {
    return new Handle(owner, what);
  }

  /** What is open now, in the whole process: the stack of each opening. */
  public static Set<Throwable> open() {
    Set<Throwable> stacks = ConcurrentHashMap.newKeySet();
    OPEN.forEach(handle -> stacks.add(handle.opening));
    return stacks;
  }

  /** It was closed, as it should be; may be called twice. */
  @Override
  public void close() {
    if (OPEN.remove(this)) {
      report.clean(); // which reports nothing any more
    }
  }

  private static void report(Handle handle, String what) {
    if (OPEN.contains(handle)) {
      System.getLogger(Handle.class.getName())
          .log(
              System.Logger.Level.WARNING,
              what + " was never closed: its native memory is lost",
              handle.opening);
    }
  }
}
