// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Makes threads that never keep a process alive, named {@code NAME-1}, {@code NAME-2}, ... */
final class DaemonThreads implements ThreadFactory {
  private static final AtomicInteger COUNT = new AtomicInteger();

  /** Lets tests refuse a thread of a name as the system would. */
  static volatile @Nullable Predicate<String> refusal;

  private final String name;

  DaemonThreads(String name) {
    this.name = name;
  }

  @Override
  public Thread newThread(Runnable task) {
    Predicate<String> asked = refusal;
    if (asked != null && asked.test(name)) {
      throw new OutOfMemoryError("unable to create native thread (a test refuses it)");
    }
    Thread thread = new Thread(task, name + "-" + COUNT.incrementAndGet());
    thread.setDaemon(true);
    return thread;
  }
}
