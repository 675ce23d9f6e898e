// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.runtime;

import io.cardinal.engine.platform.Parallel;
import org.jspecify.annotations.Nullable;

/**
 * Something for a worker to do, waited for by the thread that made it.
 *
 * <p>The queue link is part of the job, so that a worker that takes, runs and finishes one
 * allocates nothing.
 */
abstract class Job {
  private final Object lock = new Object();
  private boolean isDone;
  private @Nullable Throwable failure;

  /** The next job in the queue; guarded by the queue. */
  @Nullable Job next;

  /** Does the work on the worker's thread. */
  abstract void run(Worker worker);

  /** Runs the job and wakes whoever waits, whatever happens. */
  final void runAndFinish(Worker worker) {
    Throwable thrown = null;
    try {
      run(worker);
    } catch (Throwable t) { // handed to the waiting thread, errors too
      thrown = t;
    }
    finish(thrown);
  }

  final void finish(@Nullable Throwable thrown) {
    synchronized (lock) {
      failure = thrown;
      isDone = true;
      lock.notifyAll();
    }
  }

  /** Waits for the end, whatever interrupts (which are kept), and gives what the job threw. */
  final @Nullable Throwable await() {
    boolean isInterrupted = false;
    synchronized (lock) {
      while (!isDone) {
        try {
          lock.wait();
        } catch (InterruptedException e) {
          isInterrupted = true;
        }
      }
    }
    if (isInterrupted) {
      Thread.currentThread().interrupt();
    }
    return failure;
  }

  /** Waits for the end and throws what the job threw. */
  final void join() {
    Parallel.rethrow(await());
  }
}
