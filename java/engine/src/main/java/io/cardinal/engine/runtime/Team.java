// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.runtime;

import io.cardinal.engine.kernels.WorkerMemory.BoundKernel;
import io.cardinal.engine.platform.Parallel;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The threads that run one worker's plans together: its own, and helpers. Each computes its part of
 * a step, then pieces of the parts of others that these have not begun, so that all end together
 * where one core is slower or busy; and none begins the next step before all have ended this one.
 *
 * <p>Who waits spins for a moment, since the others have little left to do, and then parks: where
 * another process takes a core, spinning would only take time from whom it waits for. Running
 * allocates nothing.
 */
final class Team implements AutoCloseable {
  private static final long SPIN_NANOSECONDS = 50_000;
  private static final int SPINS_A_LOOK = 32;

  /** Numbers between two that different threads count with: a cache line and its neighbour. */
  private static final int APART = 32;

  /** What all threads of a team run, each with its number. */
  interface Work {
    /** Runs all steps' parts of one member, with {@link Team#meet} after each step. */
    void run(int member);
  }

  private final List<Thread> helpers = new ArrayList<>();
  private final AtomicInteger arrived = new AtomicInteger();

  /** Of each member's part of this step, how many pieces were taken, or more. */
  private final AtomicIntegerArray taken;

  /** The thread of each member while it is parked or about to be, else null. */
  private final AtomicReferenceArray<@Nullable Thread> waiting;

  /** How often all have met. */
  private volatile int meetings;

  /** When all met last; {@link #meetings} publishes it. */
  private long met;

  /** How much work was given out. */
  private volatile int works;

  private volatile @Nullable Work work;
  private volatile @Nullable Throwable failure;
  private volatile boolean isStopped;

  /**
   * Starts the helpers; the calling thread is member 0.
   *
   * @param size of the team, the calling thread included
   * @param name prefix of the helpers' names
   */
  Team(int size, String name) {
    this.waiting = new AtomicReferenceArray<>(size);
    this.taken = new AtomicIntegerArray(size * APART);
    for (int i = 1; i < size; i++) {
      int member = i;
      helpers.add(new Thread(() -> serve(member), name + "-helper-" + i));
    }
    try {
      Parallel.start(helpers);
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  int size() {
    return waiting.length();
  }

  /**
   * Runs some work on all members, of which the calling thread is one, and throws what it threw.
   */
  void run(Work given) {
    work = given;
    int next = works + 1; // this thread alone writes it
    works = next;
    wakeAll();
    given.run(0);
    Throwable thrown = failure;
    failure = null;
    Parallel.rethrow(thrown);
  }

  /** Runs a part of a step, unless one failed before: then all only go on meeting. */
  void attempt(Runnable part) {
    attempt(part::run, 0, 0);
  }

  private void attempt(BoundKernel part, int piece, int member) {
    if (failure == null) {
      try {
        part.run(piece, member);
      } catch (Throwable t) { // thrown again by run, on the worker's own thread
        failure = t;
      }
    }
  }

  /**
   * Runs what nobody has begun of a step, the member's own part first, unless a piece failed
   * before. All members share the same step, and meet then.
   *
   * @param parts one for each member
   */
  void share(BoundKernel[] parts, int member) {
    for (int i = 0; i < parts.length; i++) {
      int owner = (member + i) % parts.length;
      BoundKernel part = parts[owner];
      int piece = taken.getAndIncrement(owner * APART);
      while (piece < part.pieces()) {
        attempt(part, piece, member);
        piece = taken.getAndIncrement(owner * APART);
      }
    }
  }

  /** Waits until all members are here. */
  void meet(int member) {
    int before = meetings;
    if (arrived.incrementAndGet() == waiting.length()) {
      arrived.set(0);
      for (int i = 0; i < waiting.length(); i++) {
        taken.set(i * APART, 0);
      }
      met = System.nanoTime();
      meetings = before + 1;
      wakeAll();
    } else {
      await(member, false, before);
    }
  }

  /**
   * When all members met last, by {@link System#nanoTime()}: before any of them went on, which a
   * member that is not given a core may do much later. For members, between two meetings.
   */
  long met() {
    return met;
  }

  @Override
  public void close() {
    isStopped = true;
    wakeAll();
    Parallel.join(helpers);
  }

  private void serve(int member) {
    int done = 0;
    while (true) {
      await(member, true, done);
      if (isStopped) {
        return;
      }
      done++;
      Objects.requireNonNull(work).run(member);
    }
  }

  /** Waits until there is other work than before, or until all have met once more than before. */
  private void await(int member, boolean isForWork, int before) {
    long start = System.nanoTime();
    while (System.nanoTime() - start < SPIN_NANOSECONDS) {
      for (int i = 0; i < SPINS_A_LOOK; i++) {
        if (isOver(isForWork, before)) {
          return;
        }
        Thread.onSpinWait();
      }
    }
    waiting.set(member, Thread.currentThread());
    while (!isOver(isForWork, before)) {
      LockSupport.park(this);
    }
    waiting.set(member, null);
  }

  private boolean isOver(boolean isForWork, int before) {
    return isForWork ? works != before || isStopped : meetings != before;
  }

  private void wakeAll() {
    for (int i = 0; i < waiting.length(); i++) {
      Thread thread = waiting.get(i);
      if (thread != null) {
        LockSupport.unpark(thread);
      }
    }
  }
}
