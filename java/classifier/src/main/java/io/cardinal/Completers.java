// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal;

import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The threads that complete futures, and therefore run what users hang on them. What that throws
 * stays in the futures it made; what blocks takes one of {@value #THREADS} threads away.
 */
final class Completers {
  private static final int THREADS = 4;
  private static final ThreadLocal<@Nullable Completers> CURRENT = new ThreadLocal<>();

  private final ScheduledThreadPoolExecutor threads;

  Completers() {
    DaemonThreads factory = new DaemonThreads("cardinal-completer");
    threads =
        new ScheduledThreadPoolExecutor(
            THREADS,
            task ->
                factory.newThread(
                    () -> {
                      CURRENT.set(this);
                      task.run();
                    }));
    threads.setRemoveOnCancelPolicy(true);
  }

  /** Starts all threads, so that none has to be started later. */
  void start() {
    threads.prestartAllCoreThreads();
  }

  /** Whether the current thread is one of these. */
  boolean isCurrent() {
    return CURRENT.get() == this;
  }

  void execute(Runnable completion) {
    threads.execute(completion);
  }

  /** Runs something later, unless it is cancelled. */
  Future<?> schedule(Runnable completion, long nanoseconds) {
    return threads.schedule(completion, nanoseconds, TimeUnit.NANOSECONDS);
  }

  boolean isTerminated() {
    return threads.isTerminated();
  }

  /** Lets what is queued run, then ends the threads and waits for them. */
  void stop() throws InterruptedException {
    threads.shutdown();
    threads.awaitTermination(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
  }
}
