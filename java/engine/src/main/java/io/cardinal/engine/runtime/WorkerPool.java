// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.runtime;

import io.cardinal.engine.platform.Parallel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The threads of one model and their queue. */
final class WorkerPool {
  private final List<Thread> threads = new ArrayList<>();
  private @Nullable Job head;
  private @Nullable Job tail;
  private boolean isStopped;

  /**
   * Starts the threads.
   *
   * @param count how many
   * @param name prefix of their names
   * @param workers makes the worker of each, on its thread
   */
  WorkerPool(int count, String name, Supplier<Worker> workers) {
    for (int i = 0; i < count; i++) {
      Thread thread = new Thread(() -> serve(workers), name + "-" + (i + 1));
      thread.setDaemon(true);
      threads.add(thread);
    }
    threads.forEach(Thread::start);
  }

  int size() {
    return threads.size();
  }

  /** Queues a job; callers make sure that the pool is not stopped. */
  synchronized void submit(Job job) {
    if (isStopped) {
      throw new IllegalStateException("the workers are stopped");
    }
    if (tail == null) {
      head = job;
    } else {
      tail.next = job;
    }
    tail = job;
    notify();
  }

  /** Lets the queued jobs run, ends the threads and waits for them. */
  void stop() {
    synchronized (this) {
      isStopped = true;
      notifyAll();
    }
    Parallel.join(threads);
  }

  private void serve(Supplier<Worker> workers) {
    Worker worker;
    try {
      worker = workers.get();
    } catch (Throwable t) { // every job of this thread then fails with it
      refuse(t);
      return;
    }
    for (Job job = take(); job != null; job = take()) {
      job.runAndFinish(worker);
    }
    worker.end();
  }

  private void refuse(Throwable reason) {
    for (Job job = take(); job != null; job = take()) {
      job.finish(reason);
    }
  }

  /** The next job, or null when the pool is stopped and the queue empty. Allocates nothing. */
  private synchronized @Nullable Job take() {
    boolean isInterrupted = false;
    while (head == null && !isStopped) {
      try {
        wait();
      } catch (InterruptedException e) {
        isInterrupted = true; // nobody has a reason to: a worker stops when the pool does
      }
    }
    if (isInterrupted) {
      Thread.currentThread().interrupt();
    }
    Job job = head;
    if (job != null) {
      head = job.next;
      if (head == null) {
        tail = null;
      }
      job.next = null;
    }
    return job;
  }
}
