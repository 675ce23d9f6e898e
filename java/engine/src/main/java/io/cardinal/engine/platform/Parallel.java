// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.platform;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Independent tasks on a few threads of their own, which end with them. This is the one place where
 * the engine starts threads.
 */
public final class Parallel {
  /** Lets tests refuse a thread as the system would. */
  static volatile @Nullable BooleanSupplier refusal;

  private final List<Runnable> tasks;
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  private Parallel(List<Runnable> tasks) {
    this.tasks = tasks;
  }

  /**
   * Runs tasks, in any order, and waits for them whatever interrupts (which are kept). After a
   * failure no further one begins, and the first failure is thrown.
   *
   * @param threads how many run at once, the calling thread among them
   * @param name of the threads
   */
  public static void run(List<Runnable> tasks, int threads, String name) {
    Parallel all = new Parallel(tasks);
    List<Thread> helpers = new ArrayList<>();
    for (int i = 1; i < Math.min(threads, tasks.size()); i++) {
      helpers.add(new Thread(all::work, name + "-" + i));
    }
    try {
      start(helpers);
    } catch (RuntimeException | Error e) {
      all.failure.compareAndSet(null, e); // for those that have begun
    }
    all.work();
    join(helpers);
    rethrow(all.failure.get());
  }

  /**
   * Runs a task on a thread of its own, which no interrupt of the caller's reaches, and waits for
   * it. What it throws is thrown.
   *
   * @param name of the thread
   */
  public static void apart(Runnable task, String name) {
    Parallel all = new Parallel(List.of(task));
    Thread thread = new Thread(all::work, name);
    start(List.of(thread));
    join(List.of(thread));
    rethrow(all.failure.get());
  }

  /**
   * Starts threads, which never keep a process alive. Where one cannot be started, that is thrown,
   * and those before it run: the caller lets them end, and joins all.
   */
  public static void start(List<Thread> threads) {
    for (Thread thread : threads) {
      BooleanSupplier asked = refusal;
      if (asked != null && asked.getAsBoolean()) {
        throw new OutOfMemoryError("unable to create native thread (a test refuses it)");
      }
      thread.setDaemon(true);
      thread.start();
    }
  }

  /** Throws what another thread threw, if it did, on this one. */
  public static void rethrow(@Nullable Throwable thrown) {
    if (thrown instanceof Error error) {
      throw error;
    } else if (thrown instanceof RuntimeException exception) {
      throw exception;
    } else if (thrown != null) {
      throw new IllegalStateException(thrown);
    }
  }

  /** Waits until threads have ended or were never started, whatever interrupts (which are kept). */
  public static void join(List<Thread> threads) {
    boolean isInterrupted = false;
    for (Thread thread : threads) {
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          isInterrupted = true;
        }
      }
    }
    if (isInterrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void work() {
    for (int i = next.getAndIncrement(); i < tasks.size(); i = next.getAndIncrement()) {
      if (failure.get() != null) {
        return;
      }
      try {
        tasks.get(i).run();
      } catch (Throwable t) { // thrown again by run, on the caller's thread
        failure.compareAndSet(null, t);
      }
    }
  }
}
