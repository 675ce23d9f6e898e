// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.runtime;

import io.cardinal.engine.platform.Parallel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The threads of one model and their queue. */
final class WorkerPool {
  private final List<Thread> threads = new ArrayList<>();
  private @Nullable Job head;
  private @Nullable Job tail;
  private boolean isStopped;
  private final BooleanSupplier isAwake = this::hasWork; // kept, since take allocates nothing
  private int ready;
  private @Nullable Throwable refusal;

  /**
   * Starts the threads, and waits until each has its worker. Where one cannot be started or
   * prepared, that is thrown, and none is left.
   *
   * @param count how many
   * @param name prefix of their names
   * @param workers makes the worker of each, on its thread
   */
  WorkerPool(int count, String name, Supplier<Worker> workers) {
    for (int i = 0; i < count; i++) {
      threads.add(new Thread(() -> serve(workers), name + "-" + (i + 1)));
    }
    try {
      Parallel.start(threads);
      Parallel.rethrow(awaitReady());
    } catch (RuntimeException | Error e) {
      stop();
      throw e;
    }
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
    } catch (Throwable t) { // thrown again by the constructor
      ready(t);
      return;
    }
    ready(null);
    for (Job job = take(); job != null; job = take()) {
      job.runAndFinish(worker);
    }
    worker.end();
  }

  private synchronized void ready(@Nullable Throwable failure) {
    ready++;
    refusal = refusal == null ? failure : refusal;
    notifyAll();
  }

  /** Waits for all threads; gives what one of them failed with. */
  private synchronized @Nullable Throwable awaitReady() {
    await(this::isReady);
    return refusal;
  }

  /** The next job, or null when the pool is stopped and the queue empty. Allocates nothing. */
  private synchronized @Nullable Job take() {
    await(isAwake);
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

  private boolean hasWork() {
    return head != null || isStopped;
  }

  private boolean isReady() {
    return ready == threads.size();
  }

  /** Waits until something holds, whatever interrupts (which are kept). */
  private synchronized void await(BooleanSupplier condition) {
    boolean isInterrupted = false;
    while (!condition.getAsBoolean()) {
      try {
        wait();
      } catch (InterruptedException e) {
        isInterrupted = true;
      }
    }
    if (isInterrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
