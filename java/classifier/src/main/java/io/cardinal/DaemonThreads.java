// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** Makes threads that never keep a process alive, named {@code NAME-1}, {@code NAME-2}, ... */
final class DaemonThreads implements ThreadFactory {
  private static final AtomicInteger COUNT = new AtomicInteger();

  private final String name;

  DaemonThreads(String name) {
    this.name = name;
  }

  @Override
  public Thread newThread(Runnable task) {
    Thread thread = new Thread(task, name + "-" + COUNT.incrementAndGet());
    thread.setDaemon(true);
    return thread;
  }
}
